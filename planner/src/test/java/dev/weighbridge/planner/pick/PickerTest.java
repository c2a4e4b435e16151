package dev.weighbridge.planner.pick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.ModelFacts.Commercial;
import dev.weighbridge.planner.catalogue.Publications;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.device.DeviceCatalogue;
import dev.weighbridge.planner.fit.Budget;
import dev.weighbridge.planner.fit.Exchange;
import dev.weighbridge.planner.fit.Fit;
import dev.weighbridge.planner.fit.Layout;
import dev.weighbridge.planner.fit.Machine;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.quality.QualityModel;
import dev.weighbridge.planner.quality.QuantizationLoss;
import dev.weighbridge.planner.quality.Task;
import dev.weighbridge.planner.quality.Tasks;
import dev.weighbridge.planner.speed.SpeedModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class PickerTest {
    private static final long GIB = 1L << 30;
    private static final Tasks TASKS = Tasks.embedded();
    private static final Task CHAT = TASKS.named("chat");
    private static final DeviceCatalogue DEVICES = DeviceCatalogue.embedded();
    private static final Picker PICKER = picker();

    @Test
    void picksOnlyWhatFits() {
        Ranking ranking = PICKER.pick(Criteria.of(CHAT), site("RTX 4090", 8192));

        assertThat(ranking.places()).isNotEmpty();
        assertThat(ranking.places()).allSatisfy(place -> {
            assertThat(place.choice().answer().verdict().isYes()).isTrue();
            assertThat(place.choice().bytes()).isLessThan(24 * GIB);
        });
        assertThat(names(ranking)).contains("qwen3-8b").doesNotContain("llama-3.1-405b");
        assertThat(ranking.excluded()).containsKeys(Exclusion.DOES_NOT_FIT, Exclusion.OTHER_TASK);
        assertThat(ranking.considered())
                .isEqualTo(Publications.embedded().facts().size());
    }

    @Test
    void ranksByQualityAndSaysWhereModelsTie() {
        Ranking ranking = PICKER.pick(Criteria.of(CHAT), site("RTX 4090", 8192));

        assertThat(ranking.places())
                .isSortedAccordingTo((a, b) -> Double.compare(
                        b.choice().quality().value(), a.choice().quality().value()));
        Place first = ranking.places().getFirst();
        ranking.places().stream()
                .filter(place -> place.rank() == 1)
                .forEach(place -> assertThat(place.choice()
                                .quality()
                                .isTieWith(first.choice().quality()))
                        .isTrue());
        assertThat(ranking.places()).anyMatch(Place::isTied);
    }

    @Test
    void takesTheSmallestPrecisionThatLosesNothingToSpeakOf() {
        Choice choice = choice("qwen3-8b", PICKER.pick(Criteria.of(CHAT), site("H100 SXM", 8192)));

        assertThat(choice.answer().precision().name()).isEqualTo("Q6_K");
        assertThat(choice.loss().points()).isLessThan(0.05);
    }

    @Test
    void takesFewerBitsWhereMoreDoNotFit() {
        Choice roomy = choice("qwen3-32b", PICKER.pick(Criteria.of(CHAT), site("H100 SXM", 8192)));
        Choice tight = choice("qwen3-32b", PICKER.pick(Criteria.of(CHAT), site("RTX 4090", 8192)));

        assertThat(tight.bytes()).isLessThan(roomy.bytes());
        assertThat(tight.loss().points()).isGreaterThan(roomy.loss().points());
        assertThat(tight.quality().value()).isLessThan(roomy.quality().value());
    }

    @Test
    void countsTheContextAskedForNotTheNativeOne() {
        Ranking ranking = PICKER.pick(Criteria.of(CHAT), site("RTX 4090", 131_072));

        // 131,072 tokens take 13.1 GB of cache here, and gemma-2 ends at 8,192.
        assertThat(names(ranking)).contains("qwen3.5-9b").doesNotContain("gemma-2-9b");
        assertThat(ranking.excluded()).containsKey(Exclusion.CONTEXT);
        assertThat(ranking.places()).allMatch(place -> place.choice().bytes() > 13_000_000_000L);
    }

    @Test
    void filtersByLicenceLanguageAndModality() {
        Criteria criteria = new Criteria(CHAT, true, "apache", List.of("image"), "de", null, null, null);

        Ranking ranking = PICKER.pick(criteria, site("H100 SXM", 8192));

        assertThat(ranking.places()).isNotEmpty().allSatisfy(place -> {
            assertThat(place.choice().facts().licence()).hasValue("Apache-2.0");
            assertThat(place.choice().facts().commercial()).isNotEqualTo(Commercial.NO);
            assertThat(place.choice().facts().inputs()).contains("image");
        });
        assertThat(names(ranking)).doesNotContain("llama-4-scout", "qwen3-8b");
    }

    @Test
    void keepsToALeastSpeed() {
        Criteria criteria = new Criteria(CHAT, false, null, List.of(), null, 100.0, null, null);

        Ranking ranking = PICKER.pick(criteria, site("RTX 4090", 8192));

        assertThat(ranking.places())
                .isNotEmpty()
                .allSatisfy(
                        place -> assertThat(place.choice().decode().orElse(0)).isGreaterThanOrEqualTo(100));
        assertThat(ranking.excluded()).containsKey(Exclusion.TOO_SLOW);
    }

    @Test
    void keepsToABudget() {
        Criteria criteria = new Criteria(CHAT, false, null, List.of(), null, null, null, 1.0);

        Ranking ranking = PICKER.pick(criteria, site("H100 SXM", 8192));

        assertThat(ranking.places())
                .allSatisfy(
                        place -> assertThat(place.choice().dollarsPerMillion().orElse(99))
                                .isLessThanOrEqualTo(1));
        assertThat(ranking.excluded()).containsKey(Exclusion.TOO_DEAR);
    }

    @Test
    void leavesOnTheFrontOnlyWhatNothingBeats() {
        Ranking ranking = PICKER.pick(Criteria.of(CHAT), site("RTX 4090", 8192));

        List<Choice> front = ranking.places().stream()
                .filter(Place::isOnFront)
                .map(Place::choice)
                .toList();
        assertThat(front).isNotEmpty().hasSizeLessThan(ranking.places().size());
        for (Choice choice : front) {
            assertThat(ranking.places()).noneMatch(place -> place.choice().dominates(choice));
        }
        assertThat(front).contains(ranking.places().getFirst().choice());
    }

    @Test
    void picksTheSameForADeviceAmongManyAsForItAlone() {
        Criteria criteria = new Criteria(CHAT, true, null, List.of(), null, 20.0, null, null);
        List<Device> devices = List.of(
                DEVICES.find("RTX 4090").orElseThrow(),
                DEVICES.find("RTX 3060").orElseThrow(),
                DEVICES.find("H100 SXM").orElseThrow());

        List<Picker.OnDevice> picked = PICKER.pickEverywhere(criteria, site("RTX 4090", 8192), devices);

        assertThat(picked).extracting(Picker.OnDevice::device).isEqualTo(devices);
        assertThat(picked).allSatisfy(each -> {
            Ranking alone = PICKER.pick(criteria, site(each.device().name(), 8192));
            assertThat(each.choice().quality().value())
                    .isGreaterThanOrEqualTo(
                            alone.places().getFirst().choice().quality().value());
            assertThat(each.choice().decode().orElseThrow()).isGreaterThanOrEqualTo(20);
        });
    }

    @Test
    void tiersByTotalNotByActiveParameters() {
        assertThat(Tier.of(1_235_814_400L)).isEqualTo(Tier.ON_DEVICE);
        assertThat(Tier.of(8_030_261_248L)).isEqualTo(Tier.LOCAL);
        assertThat(Tier.of(30_532_122_624L)).isEqualTo(Tier.LARGE);
        assertThat(Tier.of(671_026_404_352L)).isEqualTo(Tier.FRONTIER);
    }

    @Test
    void refusesLimitsThatAreNone() {
        assertThatThrownBy(() -> new Criteria(CHAT, false, null, List.of(), null, -1.0, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a limit on speed or cost is positive, not -1.0");
    }

    private static List<String> names(Ranking ranking) {
        return ranking.places().stream()
                .map(place -> place.choice().facts().name())
                .toList();
    }

    private static Choice choice(String name, Ranking ranking) {
        return ranking.places().stream()
                .map(Place::choice)
                .filter(choice -> choice.facts().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Site site(String device, long context) {
        Device found = DEVICES.find(device).orElseThrow();
        return new Site(
                new PlainRuntime(),
                Budget.standard(),
                Machine.of(found, 1),
                Workload.of(context),
                true,
                Layout.free(),
                Exchange.usual(),
                Precisions.standard(Format.GGUF));
    }

    private static Picker picker() {
        Publications publications = Publications.embedded();
        return new Picker(
                Catalogue.embedded(),
                AllFamilies.families(),
                publications,
                QualityModel.of(publications, TASKS),
                QuantizationLoss.embedded(),
                new Fit(SpeedModel.embedded(), List.of()));
    }
}
