package dev.weighbridge.model.blueprint;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// What an architecture says a model is: the tree of its blocks.
///
/// @param architecture the class that the configuration names (`LlamaForCausalLM`)
/// @param family the family that built it (`llama`)
/// @param config the configuration it was built from, defaults included
/// @param root the tree
public record Blueprint(String architecture, String family, Config config, Block root) {
    /// Every parameter and buffer, equal blocks taken together; the path has `*` where the number of a repeated block
    /// stands.
    public List<PlacedParameter> distinctParameters() {
        return ParameterWalk.distinct(root);
    }

    /// Every parameter and buffer layer by layer, the numbered experts of a layer taken together; the path has `*`
    /// where
    /// an expert's number stands.
    public List<PlacedParameter> layeredParameters() {
        return ParameterWalk.layered(root);
    }

    /// Every parameter and buffer under its full name, in the order of the tree, tied ones included.
    public List<PlacedParameter> parameters() {
        return ParameterWalk.spelled(root);
    }
}
