package dev.weighbridge.cli.compare;

/// The parts that all of the page shares.
final class Html {
    /// How many models have a colour of their own.
    static final int COLOURS = 8;

    static final String STYLE = """
            :root{color-scheme:light dark;--text:#1c2024;--muted:#60646c;--line:#d9d9e0;--page:#fcfcfd}
            @media(prefers-color-scheme:dark){:root{--text:#edeef0;--muted:#b0b4ba;--line:#363a3f;--page:#111113}}
            body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);margin:0}
            main{max-width:1100px;margin:0 auto;padding:2rem 1rem}h1{margin:0;overflow-wrap:anywhere}h2{margin:2rem 0 .5rem;font-size:1.1rem}
            .facts,footer,td.note{color:var(--muted)}footer{margin-top:3rem;font-size:.85rem}
            .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,460px),1fr));gap:1.5rem}
            figure{margin:0}figcaption{font-weight:600}svg{width:100%;height:auto;display:block}
            svg text{fill:var(--text);font:12px system-ui,sans-serif}line.grid{stroke:var(--line)}line.band{stroke-width:2;opacity:.55}
            .scroll{overflow-x:auto}table{border-collapse:collapse}td,th{padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            td:first-child,th:first-child,td.note{text-align:left}th.group{padding-top:1.2rem;text-align:left}
            i{display:inline-block;width:.8em;height:.8em;margin-right:.4em;border-radius:50%}
            .m0{fill:#3e63dd;stroke:#3e63dd;background:#3e63dd}.m1{fill:#d6409f;stroke:#d6409f;background:#d6409f}
            .m2{fill:#0d9b8a;stroke:#0d9b8a;background:#0d9b8a}.m3{fill:#f76b15;stroke:#f76b15;background:#f76b15}
            .m4{fill:#8e4ec6;stroke:#8e4ec6;background:#8e4ec6}.m5{fill:#30a46c;stroke:#30a46c;background:#30a46c}
            .m6{fill:#ad7f58;stroke:#ad7f58;background:#ad7f58}.m7{fill:#00a2c7;stroke:#00a2c7;background:#00a2c7}
            """;

    private Html() {}

    /// Text as it must stand in a page.
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
