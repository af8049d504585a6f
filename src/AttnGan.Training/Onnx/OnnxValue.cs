namespace AttnGan.Training.Onnx;

/// <summary>A tensor in an ONNX graph: an input, a weight, or the output of a node.</summary>
internal readonly record struct OnnxValue(string Name);
