/// ONNX models: the initializers of a graph, read from the protobuf's headers; weights are skipped by their length.
///
/// | message | fields read here |
/// |---|---|
/// | `ModelProto` | 1 IR version, 2 producer, 3 its version, 4 domain, 7 graph, 8 operator sets, 14 properties, 25
/// functions |
/// | `GraphProto` | 1 nodes, 2 name, 5 initializers, 15 sparse initializers |
/// | `NodeProto` | 1 inputs, 2 outputs, 4 operator, 5 attributes, 7 domain |
/// | `AttributeProto` | 1 name, 3 integer, 5 tensor, 6 graph, 10 tensors, 11 graphs, 22 and 23 sparse tensors |
/// | `TensorProto` | 1 dimensions, 2 data type, 4 to 7, 10, 11 typed data, 8 name, 9 raw data, 13 external data, 14
/// location |
///
/// Start at [OnnxReader]; [Usage] says which initializers are parameters. Format:
/// [onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto),
/// [external data](https://github.com/onnx/onnx/blob/main/docs/ExternalData.md).
@NullMarked
package dev.weighbridge.files.onnx;

import org.jspecify.annotations.NullMarked;
