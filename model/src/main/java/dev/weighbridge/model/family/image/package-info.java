/// Image models of convolutions, of pooling and of hierarchical attention: ResNet, EfficientNet, ConvNeXt, Swin and
/// their like.
///
/// Start at [ResNetFamily]; [ImageFamilies] lists what is here. Those registered by their model type serve detectors
/// and other models as backbones.
@NullMarked
package dev.weighbridge.model.family.image;

import org.jspecify.annotations.NullMarked;
