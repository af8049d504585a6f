namespace AttnGan.Generation;

/// <summary>The implementations of a model's networks.</summary>
public enum InferenceEngine
{
    /// <summary>
    /// <see cref="Fused"/> if the processor has the vector instructions for it (AVX2, AVX-512, ARM64), or the application has no native
    /// library of ONNX Runtime; otherwise <see cref="OnnxRuntime"/>, whose images may differ in a pixel's last bit.
    /// </summary>
    Auto,

    /// <summary>
    /// This library's own vector code: several times as fast as ONNX Runtime with AVX2 or AVX-512 (not measured on ARM64), and
    /// bit-identical on every machine, in every batch and with any number of threads. Correct but slow on other processors.
    /// </summary>
    Fused,

    /// <summary>
    /// ONNX Runtime, for its execution providers. The application adds a package with its native library, such as
    /// Microsoft.ML.OnnxRuntime. Images equal those of <see cref="Fused"/> up to rounding.
    /// </summary>
    OnnxRuntime,
}
