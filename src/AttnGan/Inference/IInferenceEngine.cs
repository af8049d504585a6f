namespace AttnGan.Inference;

/// <summary>Computes what a model's networks say; safe for use by several threads at once.</summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>The text encoder.</summary>
    /// <param name="ids">Numbers of at least one word.</param>
    TextFeatures Encode(IReadOnlyList<int> ids);

    /// <summary>The generator.</summary>
    /// <param name="sketches">A batch.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellation">Heeded between stages.</param>
    GeneratorOutputs Draw(IReadOnlyList<GeneratorInputs> sketches, OutputSelection request, CancellationToken cancellation);
}
