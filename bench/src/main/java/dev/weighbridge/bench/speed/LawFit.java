package dev.weighbridge.bench.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposition;

/// The coefficients that agree best with measurements and with what is assumed of them beforehand.
///
/// Minimized is `Σ w·2(√(1 + (r/s)²) − 1) + Σ ((c − μ)/σ)²` over the coefficients c, with r the residual of the
/// logarithm
/// of seconds: a robust loss (pseudo-Huber), as tables hold slips, and a normal prior for each coefficient. Each
/// step solves the normal equations of the linearized problem, damped after Levenberg and Marquardt.
final class LawFit {
    private static final double SCALE = 0.12;
    private static final int MOST_STEPS = 60;
    private static final double ENOUGH = 1e-6;

    /// What is assumed of a coefficient.
    ///
    /// @param mean most likely
    /// @param deviation from it
    record Prior(double mean, double deviation) {}

    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final double[] mean;
    private final double[] deviation;
    private final List<Row> rows = new ArrayList<>();

    /// A sample in sparse form.
    private record Row(Sparse[] terms, double[] logSeconds, Sparse common, double target, double weight) {}

    /// Some coefficients and their factors.
    private record Sparse(int[] indices, double[] values) {
        double times(double[] coefficients) {
            double sum = 0;
            for (int i = 0; i < indices.length; i++) {
                sum += coefficients[indices[i]] * values[i];
            }
            return sum;
        }
    }

    /// Prepares a fit to samples.
    LawFit(List<Sample> samples, Function<String, Prior> priors) {
        for (Sample sample : samples) {
            Sparse[] terms = sample.terms().terms().stream()
                    .map(term -> sparse(term.features()))
                    .toArray(Sparse[]::new);
            double[] logSeconds = sample.terms().terms().stream()
                    .mapToDouble(term -> Math.log(term.seconds()))
                    .toArray();
            rows.add(new Row(terms, logSeconds, sparse(sample.terms().common()), sample.logSeconds(), sample.weight()));
        }
        mean = new double[names.size()];
        deviation = new double[names.size()];
        for (int i = 0; i < names.size(); i++) {
            Prior prior = priors.apply(names.get(i));
            mean[i] = prior.mean();
            deviation[i] = prior.deviation();
        }
    }

    private Sparse sparse(Map<String, Double> features) {
        int[] indices = new int[features.size()];
        double[] values = new double[features.size()];
        int next = 0;
        for (Map.Entry<String, Double> feature : features.entrySet()) {
            Integer known = index.get(feature.getKey());
            if (known == null) {
                known = names.size();
                index.put(feature.getKey(), known);
                names.add(feature.getKey());
            }
            indices[next] = known;
            values[next++] = feature.getValue();
        }
        return new Sparse(indices, values);
    }

    /// The coefficients by feature.
    Map<String, Double> solve() {
        double[] coefficients = mean.clone();
        double damping = 1e-3;
        double loss = loss(coefficients);
        for (int step = 0; step < MOST_STEPS; step++) {
            double[][] normal = new double[coefficients.length][coefficients.length];
            double[] slope = new double[coefficients.length];
            linearize(coefficients, normal, slope);
            double before = loss;
            while (damping < 1e8) {
                double[] tried = moved(coefficients, normal, slope, damping);
                double triedLoss = loss(tried);
                if (triedLoss <= loss) {
                    coefficients = tried;
                    loss = triedLoss;
                    damping = Math.max(damping / 10, 1e-9);
                    break;
                }
                damping *= 10;
            }
            if (before - loss < ENOUGH * Math.max(1, before)) {
                break;
            }
        }
        Map<String, Double> solved = new LinkedHashMap<>();
        for (int i = 0; i < coefficients.length; i++) {
            solved.put(names.get(i), coefficients[i]);
        }
        return solved;
    }

    private void linearize(double[] coefficients, double[][] normal, double[] slope) {
        double[] gradient = new double[coefficients.length];
        int[] touched = new int[coefficients.length];
        boolean[] isTouched = new boolean[coefficients.length];
        for (Row row : rows) {
            double[] parts = parts(row, coefficients);
            double sum = 0;
            for (double part : parts) {
                sum += part;
            }
            int count = 0;
            for (int k = 0; k <= parts.length; k++) {
                Sparse sparse = k < parts.length ? row.terms()[k] : row.common();
                double share = k < parts.length ? parts[k] / sum : 1;
                for (int i = 0; i < sparse.indices().length; i++) {
                    int at = sparse.indices()[i];
                    if (!isTouched[at]) {
                        isTouched[at] = true;
                        touched[count++] = at;
                    }
                    gradient[at] += share * sparse.values()[i];
                }
            }
            double residual = row.target() - Math.log(sum) - row.common().times(coefficients);
            double relative = residual / SCALE;
            double weight = row.weight() / Math.sqrt(1 + relative * relative) / SCALE / SCALE;
            for (int a = 0; a < count; a++) {
                int i = touched[a];
                slope[i] += weight * residual * gradient[i];
                for (int b = 0; b < count; b++) {
                    normal[i][touched[b]] += weight * gradient[i] * gradient[touched[b]];
                }
            }
            for (int a = 0; a < count; a++) {
                gradient[touched[a]] = 0;
                isTouched[touched[a]] = false;
            }
        }
        for (int i = 0; i < coefficients.length; i++) {
            double precision = 1 / deviation[i] / deviation[i];
            normal[i][i] += precision;
            slope[i] -= precision * (coefficients[i] - mean[i]);
        }
    }

    private static double[] moved(double[] from, double[][] normal, double[] slope, double damping) {
        var damped = new Array2DRowRealMatrix(normal);
        for (int i = 0; i < from.length; i++) {
            damped.multiplyEntry(i, i, 1 + damping);
        }
        double[] step = new CholeskyDecomposition(damped, 1e-6, 1e-14)
                .getSolver()
                .solve(new ArrayRealVector(slope, false))
                .toArray();
        double[] moved = from.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step[i];
        }
        return moved;
    }

    private double loss(double[] coefficients) {
        double loss = 0;
        for (Row row : rows) {
            double sum = 0;
            for (double part : parts(row, coefficients)) {
                sum += part;
            }
            double relative = (row.target() - Math.log(sum) - row.common().times(coefficients)) / SCALE;
            loss += row.weight() * 2 * (Math.sqrt(1 + relative * relative) - 1);
        }
        for (int i = 0; i < coefficients.length; i++) {
            double off = (coefficients[i] - mean[i]) / deviation[i];
            loss += off * off;
        }
        return loss;
    }

    private static double[] parts(Row row, double[] coefficients) {
        double[] parts = new double[row.terms().length];
        for (int k = 0; k < parts.length; k++) {
            parts[k] = Math.exp(row.logSeconds()[k] + row.terms()[k].times(coefficients));
        }
        return parts;
    }
}
