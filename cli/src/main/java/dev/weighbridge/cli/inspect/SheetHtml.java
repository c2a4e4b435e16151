package dev.weighbridge.cli.inspect;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.inventory.InventoryEntry;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The sheet as one self-contained page: the anatomy as a treemap, the figures as tables. It loads nothing.
final class SheetHtml {
    private static final double WIDTH = 960;
    private static final double HEIGHT = 480;

    /// Parameters of one name pattern and role, all layers together.
    private record Group(String name, Role role, long parameters) {}

    /// All groups of a role.
    private record RoleGroup(Role role, List<Group> groups, long parameters) {}

    private SheetHtml() {}

    /// The whole page.
    static String page(WeighedModel model) {
        String name = escape(model.checkpoint().name());
        return """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>%s: %s parameters</title>
                <style>%s</style></head>
                <body><main>
                <h1>%s</h1><p class="facts">%s</p>
                <p class="total"><strong>%s</strong> parameters <span>(%s, exact)</span>%s</p>
                <h2>Anatomy</h2><p>Area is the share of the parameters. Point at a tile for its name and count.</p>
                %s
                <h2>By role</h2>%s
                <h2>Weights at each precision</h2>%s
                %s%s%s
                <footer>Made by Weighbridge. GiB is 2<sup>30</sup> bytes, GB is 10<sup>9</sup>; B after a count is 10<sup>9</sup>.</footer>
                </main></body></html>
                """.formatted(
                        name,
                        new Count(model.count().total()).words(),
                        STYLE,
                        name,
                        facts(model),
                        new Count(model.count().total()),
                        new Count(model.count().total()).words(),
                        active(model),
                        treemap(model),
                        roles(model),
                        precisions(model),
                        storage(model),
                        dimensions(model),
                        findings(model));
    }

    private static String facts(WeighedModel model) {
        return escape(model.architecture().orElse("unknown architecture")
                + model.blueprint()
                        .map(blueprint -> " · family " + blueprint.family())
                        .orElse("")
                + " · "
                + model.checkpoint().format().label());
    }

    private static String active(WeighedModel model) {
        long total = model.count().total();
        return model.count().active().stream()
                .filter(active -> active != total)
                .mapToObj(active -> "<br><strong>" + new Count(active) + "</strong> active for each token <span>("
                        + new Count(active).words() + ", exact)</span>")
                .findFirst()
                .orElse("");
    }

    private static String treemap(WeighedModel model) {
        List<RoleGroup> roles = groups(model);
        if (roles.isEmpty()) {
            return "<p>No parameters.</p>";
        }
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Treemap of the parameters by role\">%n",
                WIDTH,
                HEIGHT));
        for (var role : Treemap.layOut(roles, RoleGroup::parameters, new Treemap.Box(0, 0, WIDTH, HEIGHT))) {
            for (var tile : Treemap.layOut(role.item().groups(), Group::parameters, role.box())) {
                appendTile(svg, tile, model.count().total());
            }
            label(svg, role);
        }
        return svg.append("</svg>").toString();
    }

    private static void appendTile(StringBuilder svg, Treemap.Tile<Group> tile, long total) {
        Treemap.Box box = tile.box();
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" class=\"%s\"><title>%s: %s (%.2f %%)</title></rect>%n",
                box.x(),
                box.y(),
                box.width(),
                box.height(),
                tile.item().role().label(),
                escape(tile.item().name()),
                new Count(tile.item().parameters()),
                100.0 * tile.item().parameters() / total));
    }

    private static void label(StringBuilder svg, Treemap.Tile<RoleGroup> role) {
        String text = role.item().role().label().replace('_', ' ');
        if (role.box().width() > text.length() * 8.5 && role.box().height() > 20) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                    role.box().x() + 6,
                    role.box().y() + 17,
                    text));
        }
        if (role.box().width() > 70 && role.box().height() > 40) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\">%s</text>%n",
                    role.box().x() + 6,
                    role.box().y() + 34,
                    new Count(role.item().parameters()).words()));
        }
    }

    private static List<RoleGroup> groups(WeighedModel model) {
        Map<Role, Map<String, Long>> sums = new EnumMap<>(Role.class);
        List<PlacedParameter> places = model.inventory().entries().isEmpty()
                ? model.blueprint()
                        .map(blueprint -> blueprint.distinctParameters())
                        .orElse(List.of())
                : model.inventory().entries().stream()
                        .filter(InventoryEntry::isCounted)
                        .map(InventoryEntry::place)
                        .toList();
        for (PlacedParameter place : places) {
            if (!place.isTied() && !place.isBuffer()) {
                sums.computeIfAbsent(place.role(), _ -> new TreeMap<>())
                        .merge(place.name().replaceAll("\\.\\d+(?=\\.|$)", ".*"), place.elements(), Math::addExact);
            }
        }
        return sums.entrySet().stream()
                .map(role -> new RoleGroup(
                        role.getKey(),
                        role.getValue().entrySet().stream()
                                .map(group -> new Group(group.getKey(), role.getKey(), group.getValue()))
                                .toList(),
                        role.getValue().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()))
                .filter(role -> role.parameters() > 0)
                .toList();
    }

    private static String roles(WeighedModel model) {
        long total = Math.max(1, model.count().total());
        StringBuilder rows = new StringBuilder();
        model.count().byRole().entrySet().stream()
                .sorted(Map.Entry.<Role, Long>comparingByValue().reversed())
                .forEach(entry -> rows.append(String.format(
                        Locale.ROOT,
                        "<tr><td><i class=\"%s\"></i>%s</td><td>%s</td><td>%.2f %%</td></tr>%n",
                        entry.getKey().label(),
                        entry.getKey().label().replace('_', ' '),
                        new Count(entry.getValue()),
                        100.0 * entry.getValue() / total)));
        return "<table><tr><th>role</th><th>parameters</th><th>share</th></tr>" + rows + "</table>";
    }

    private static String precisions(WeighedModel model) {
        StringBuilder rows = new StringBuilder();
        for (Precision precision : Precision.values()) {
            ByteSize size = precision.sizeOf(model.count().total());
            rows.append("<tr><td>%s</td><td>%s</td><td>%s</td><td class=\"left\">%s</td></tr>%n"
                    .formatted(precision.label(), size, size.decimal(), precision.formula()));
        }
        return "<table><tr><th>precision</th><th>GiB</th><th>GB</th><th class=\"left\">basis: exact count ×</th></tr>"
                + rows + "</table>";
    }

    private static String storage(WeighedModel model) {
        Storage storage = Storage.of(model);
        if (storage.byType().isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        storage.byType()
                .forEach((type, share) -> rows.append("<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n"
                        .formatted(
                                escape(type),
                                new Count(share.tensors()),
                                new Count(share.parameters()),
                                new ByteSize(share.bytes()))));
        return "<h2>Stored</h2><table><tr><th>type</th><th>tensors</th><th>parameters</th><th>size</th></tr>" + rows
                + "</table>";
    }

    private static String dimensions(WeighedModel model) {
        var values = Hyperparameters.of(model.checkpoint().config()).values();
        if (values.isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        values.forEach((name, value) ->
                rows.append("<tr><td>%s</td><td>%s</td></tr>%n".formatted(name.replace('_', ' '), new Count(value))));
        return "<h2>Dimensions</h2><table>" + rows + "</table>";
    }

    private static String findings(WeighedModel model) {
        if (model.findings().isEmpty()) {
            return "";
        }
        StringBuilder items = new StringBuilder();
        for (Finding finding : model.findings()) {
            items.append("<li><b>%s</b> %s %s</li>%n"
                    .formatted(
                            finding.kind().label().replace('_', ' '),
                            escape(finding.tensor()),
                            escape(finding.message())));
        }
        return "<h2>Findings</h2><ul>" + items + "</ul>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String STYLE = """
            :root{color-scheme:light dark;--text:#1c2024;--muted:#60646c;--line:#d9d9e0;--page:#fcfcfd}
            @media(prefers-color-scheme:dark){:root{--text:#edeef0;--muted:#b0b4ba;--line:#363a3f;--page:#111113}}
            body{font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);margin:0}
            main{max-width:960px;margin:0 auto;padding:2rem 1rem}h1{margin:0;overflow-wrap:anywhere}h2{margin:2rem 0 .5rem;font-size:1.1rem}
            .facts,.total span,footer{color:var(--muted)}.total strong{font-size:1.5rem}footer{margin-top:3rem;font-size:.85rem}
            svg{width:100%;height:auto;display:block}rect{stroke:var(--page);stroke-width:1}rect:hover{opacity:.75}
            svg text{fill:#fff;font:600 13px system-ui,sans-serif;pointer-events:none;paint-order:stroke;stroke:#0007;stroke-width:2px}
            table{border-collapse:collapse}td,th{padding:.25rem .9rem .25rem 0;border-bottom:1px solid var(--line);text-align:right;font-variant-numeric:tabular-nums}
            td:first-child,th:first-child,.left{text-align:left}ul{padding-left:1.2rem}li{overflow-wrap:anywhere}
            i{display:inline-block;width:.8em;height:.8em;margin-right:.5em;border-radius:2px}
            .embedding{fill:#3e63dd;background:#3e63dd}.position{fill:#8da4ef;background:#8da4ef}.attention{fill:#d6409f;background:#d6409f}
            .feed_forward{fill:#0d9b8a;background:#0d9b8a}.expert{fill:#30a46c;background:#30a46c}.shared_expert{fill:#65ba74;background:#65ba74}
            .router{fill:#f76b15;background:#f76b15}.norm{fill:#8b8d98;background:#8b8d98}.state_space{fill:#ab4aba;background:#ab4aba}
            .linear_attention{fill:#8e4ec6;background:#8e4ec6}.convolution{fill:#ad7f58;background:#ad7f58}.head{fill:#5b5bd6;background:#5b5bd6}
            .projection{fill:#00a2c7;background:#00a2c7}.other{fill:#978365;background:#978365}
            """;
}
