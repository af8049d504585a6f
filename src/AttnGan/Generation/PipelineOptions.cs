using Microsoft.ML.OnnxRuntime;

namespace AttnGan.Generation;

/// <summary>Options of a <see cref="TextToImagePipeline"/>.</summary>
public sealed record PipelineOptions
{
    /// <summary>The engine that computes the networks.</summary>
    public InferenceEngine Engine { get; init; }

    /// <summary>Threads that one call uses, at least 0; 0 for one per processor, which is also the maximum.</summary>
    public int Threads { get; init; }

    /// <summary>Images that are generated together, at least 1. Memory grows with it; images do not depend on it.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>
    /// Adds execution providers and other settings to the sessions of ONNX Runtime; null for none. <see cref="InferenceEngine.Fused"/>
    /// ignores it.
    /// </summary>
    public Action<SessionOptions>? ConfigureOnnxRuntime { get; init; }
}
