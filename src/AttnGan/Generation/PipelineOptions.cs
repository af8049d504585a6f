using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Generation;

/// <summary>What computes a model's networks.</summary>
public enum InferenceEngine
{
    /// <summary>
    /// <see cref="Fused"/> where the processor has the vectors for it (AVX2, AVX-512, ARM64), <see cref="OnnxRuntime"/> elsewhere, whose
    /// images may differ in a pixel's last bit.
    /// </summary>
    Auto,

    /// <summary>
    /// Vector code of our own: several times as fast as ONNX Runtime with AVX2 or AVX-512 (ARM64 was not measured), and the same bits on
    /// every machine, in every batch and on any number of threads. Right but slow on a processor without such vectors.
    /// </summary>
    Fused,

    /// <summary>ONNX Runtime, for its execution providers. Images equal those of <see cref="Fused"/> but for rounding.</summary>
    OnnxRuntime,
}

/// <summary>How a <see cref="TextToImagePipeline"/> computes.</summary>
public sealed record PipelineOptions
{
    /// <summary>What computes the networks.</summary>
    public InferenceEngine Engine { get; init; }

    /// <summary>Threads that one drawing uses; 0 for one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Images that are drawn at once, at least 1: memory grows with it, images do not depend on it.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Adds execution providers or other settings to ONNX Runtime's sessions. Not used by the other engine.</summary>
    public Action<SessionOptions>? ConfigureOnnxRuntime { get; init; }
}
