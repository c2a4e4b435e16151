package dev.weighbridge.model.family.remote;

import dev.weighbridge.model.family.Family;
import java.util.List;

/// The families of this package.
public final class RemoteFamilies {
    private RemoteFamilies() {}

    /// Every one of them.
    public static List<Family> all() {
        return List.of(
                BailingFamily.family(),
                ChatGlmFamily.family(),
                DeciLmFamily.family(),
                ExaoneThreeFamily.family(),
                GteFamily.family(),
                InternLmFamily.family(),
                InternVlChatFamily.family(),
                LladaFamily.family(),
                LlamaNamedFamily.family(),
                OpenElmFamily.family(),
                PhiSmallFamily.family(),
                QwenFirstFamily.family());
    }
}
