package dev.weighbridge.engine.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weighbridge.engine.Shared;
import dev.weighbridge.files.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final LocalDateTime NOON = LocalDateTime.of(2025, 1, 15, 12, 0);

    @Test
    void rendersMessagesInTurn() {
        String text = render(
                "{% for m in messages %}<|{{ m.role }}|>{{ m['content'] | trim }}\n{% endfor %}",
                Map.of("messages", List.of(Map.of("role", "user", "content", " Hi "))));

        assertThat(text).isEqualTo("<|user|>Hi\n");
    }

    @Test
    void keepsWhatANamespaceHoldsBeyondALoop() {
        String text = render(
                "{% set ns = namespace(n=0) %}{% for i in range(4) if i % 2 %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
                Map.of());

        assertThat(text).isEqualTo("4");
    }

    @Test
    void trimsTheLineOfATag() {
        String text = render("a\n  {% if true %}\nb\n  {% endif %}\nc", Map.of());

        assertThat(text).isEqualTo("a\nb\nc");
    }

    @Test
    void callsMacrosWithDefaults() {
        String text =
                render("{% macro m(a, b='x') %}{{ a ~ b }}{% endmacro %}{{ m('1') }}{{ m('2', b='y') }}", Map.of());

        assertThat(text).isEqualTo("1x2y");
    }

    @Test
    void saysWhatATemplateRefuses() {
        assertThatExceptionOfType(TemplateException.class)
                .isThrownBy(() -> render("{{ raise_exception('only users') }}", Map.of()))
                .withMessage("only users")
                .matches(TemplateException::isRefusal);
    }

    @Test
    void namesTheLineOfAMistake() {
        assertThatExceptionOfType(TemplateException.class)
                .isThrownBy(() -> ChatTemplate.parse("a\n{% if %}"))
                .withMessageContaining("line 2");
    }

    @Test
    void stopsATemplateWithoutEnd() {
        assertThatExceptionOfType(TemplateException.class)
                .isThrownBy(() -> render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", Map.of()));
    }

    /// Rendered by Jinja2 (the folder `data/tokenizers/chat-templates` of the shared references).
    @Test
    @SuppressWarnings({"unchecked", "NullAway"}) // objects of JSON; a broken reference fails the test
    void rendersTheTemplatesOfPublishedModelsAsJinjaDoes() throws IOException {
        Path folder = Shared.path("data/tokenizers/chat-templates");
        byte[] bytes = Files.readAllBytes(folder.resolve("expected.json"));
        Map<String, Object> expected =
                (Map<String, Object>) new JsonReader("expected.json", bytes, JsonReader.Dialect.STRICT).value();
        Map<String, Object> cases = (Map<String, Object>) expected.get("cases");
        SoftAssertions softly = new SoftAssertions();
        for (Object entry : (List<Object>) expected.get("templates")) {
            Map<String, Object> template = (Map<String, Object>) entry;
            String source = Files.readString(folder.resolve((String) template.get("template")));
            ((Map<String, Object>) template.get("results")).forEach((name, result) -> {
                Object text = ((Map<String, Object>) result).get("text");
                softly.assertThat(rendered(source, (Map<String, Object>) cases.get(name)))
                        .as(template.get("template") + " " + name)
                        .isEqualTo(text == null ? "refused" : text);
            });
        }
        softly.assertAll();
    }

    @SuppressWarnings("NullAway") // a template without a sentence fails the test
    private static String rendered(String source, Map<String, Object> values) {
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.put("bos_token", "<s>");
        all.put("eos_token", "</s>");
        all.put("documents", null);
        try {
            return render(source, all);
        } catch (TemplateException e) {
            return e.isRefusal() ? "refused" : e.getMessage();
        }
    }

    private static String render(String source, Map<String, ?> values) {
        return ChatTemplate.parse(source).render(values, () -> NOON);
    }
}
