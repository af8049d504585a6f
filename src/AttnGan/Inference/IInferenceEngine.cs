namespace AttnGan.Inference;

/// <summary>Computes what a model's networks say; safe for use by several threads at once.</summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>The text encoder.</summary>
    /// <param name="ids">Numbers of at least one word.</param>
    TextFeatures Encode(IReadOnlyList<int> ids);

    /// <summary>The generator.</summary>
    /// <param name="inputs">A batch.</param>
    /// <param name="selection">What is wanted.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    GeneratorOutputs Generate(IReadOnlyList<GeneratorInputs> inputs, OutputSelection selection, CancellationToken cancellation);
}
