package dev.weighbridge.planner.speed;

/// Features that every part of a step has.
final class Common {
    private Common() {}

    static Terms.Builder of(Terms.Builder terms, Deployment deployment, Traits traits) {
        terms.common("device=" + deployment.device().name(), 1);
        if (deployment.isDated()) {
            terms.common("dated", 1);
        }
        if (deployment.powerShare() != 1) {
            terms.common("power", Math.log(deployment.powerShare()));
        }
        if (deployment.replicas() > 1) {
            terms.common("replicas", 1);
        }
        return terms;
    }
}
