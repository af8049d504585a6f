namespace AttnGan.Training.Onnx;

/// <summary>A tensor in an ONNX graph: an input, a weight, or what a node computes.</summary>
internal readonly record struct OnnxValue(string Name);
