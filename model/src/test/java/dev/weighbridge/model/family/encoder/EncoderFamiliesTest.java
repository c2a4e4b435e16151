package dev.weighbridge.model.family.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.Families;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EncoderFamiliesTest {
    private static final Families FAMILIES = Families.of(EncoderFamilies.all());

    @Test
    void countsTheMatrixThatXlmRobertaKeepsUnderItsHeadAsItsEmbedding() {
        // FacebookAI/xlm-roberta-large as transformers 5.17 builds it: 560,142,482
        Blueprint blueprint = FAMILIES.blueprint(config("XLMRobertaForMaskedLM", 250_002, 1024, 24, 514, 1));

        ParameterCount count = ParameterCount.of(blueprint);

        assertThat(count.total()).isEqualTo(560_142_482L);
        assertThat(count.embedding()).isEqualTo(250_002L * 1024 + 1024);
        assertThat(tied(blueprint)).contains("roberta.embeddings.word_embeddings.weight", "lm_head.decoder.bias");
    }

    @Test
    void countsRobertaWithItsHeadTied() {
        // FacebookAI/roberta-base as transformers 5.17 builds it: 124,697,433
        Blueprint blueprint = FAMILIES.blueprint(config("RobertaForMaskedLM", 50_265, 768, 12, 514, 1));

        assertThat(ParameterCount.of(blueprint).total()).isEqualTo(124_697_433L);
        assertThat(tied(blueprint)).containsExactlyInAnyOrder("lm_head.decoder.weight", "lm_head.decoder.bias");
    }

    @Test
    void countsBertModelWithItsPoolerAndMaskedWithout() {
        // google-bert/bert-base-cased and BAAI/bge-large-en-v1.5 as transformers 5.17 builds them
        Config masked = config("BertForMaskedLM", 28_996, 768, 12, 512, 2);
        Config model = config("BertModel", 30_522, 1024, 24, 512, 2);

        assertThat(ParameterCount.of(FAMILIES.blueprint(masked)).total()).isEqualTo(108_340_804L);
        assertThat(ParameterCount.of(FAMILIES.blueprint(model)).total()).isEqualTo(335_141_888L);
    }

    @Test
    void passesTheOneGroupOfAlbertOnceALayer() {
        Config config = albert(1);

        List<Repeat> repeats = blocks(FAMILIES.blueprint(config).root())
                .filter(Repeat.class::isInstance)
                .map(Repeat.class::cast)
                .toList();

        assertThat(repeats.getFirst().count()).isEqualTo(1);
        assertThat(repeats.getFirst().passes()).isEqualTo(12);
    }

    @Test
    void refusesAlbertWithoutGroups() {
        assertThatThrownBy(() -> FAMILIES.blueprint(albert(0)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("num_hidden_groups must not be 0");
    }

    @Test
    void readsTheKindsOfRelativePositionsFromOneTextOrAList() {
        Config config = config("DebertaV2Model", 100, 64, 2, 32, 0).with("relative_attention", true);

        List<String> joined = names(config.with("pos_att_type", "p2c | c2p"));
        List<String> listed = names(config.with("pos_att_type", List.of("p2c", "c2p")));

        assertThat(joined)
                .isEqualTo(listed)
                .contains(
                        "encoder.rel_embeddings.weight",
                        "encoder.layer.1.attention.self.pos_key_proj.weight",
                        "encoder.layer.1.attention.self.pos_query_proj.weight");
    }

    private static Config albert(long groups) {
        return config("AlbertForMaskedLM", 100, 64, 12, 32, 2)
                .with("embedding_size", 16L)
                .with("num_hidden_groups", groups);
    }

    private static List<String> names(Config config) {
        return FAMILIES.blueprint(config).parameters().stream()
                .map(PlacedParameter::name)
                .toList();
    }

    private static List<String> tied(Blueprint blueprint) {
        return blueprint.parameters().stream()
                .filter(PlacedParameter::isTied)
                .map(PlacedParameter::name)
                .toList();
    }

    private static Config config(
            String architecture, long vocabulary, long hidden, long layers, long positions, long segments) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("architectures", List.of(architecture));
        values.put("vocab_size", vocabulary);
        values.put("hidden_size", hidden);
        values.put("num_hidden_layers", layers);
        values.put("num_attention_heads", hidden / 64);
        values.put("intermediate_size", 4 * hidden);
        values.put("hidden_act", "gelu");
        values.put("max_position_embeddings", positions);
        values.put("type_vocab_size", segments);
        values.put("tie_word_embeddings", true);
        return Config.of(values);
    }

    private static Stream<Block> blocks(Block block) {
        return Stream.concat(Stream.of(block), block.children().stream().flatMap(EncoderFamiliesTest::blocks));
    }
}
