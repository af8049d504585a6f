namespace AttnGan.Inference;

/// <summary>Computes the networks of a model. Thread-safe.</summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>Runs the text encoder on a caption.</summary>
    /// <param name="ids">Word IDs, at least one.</param>
    TextFeatures Encode(IReadOnlyList<int> ids);

    /// <summary>Runs the generator on a batch.</summary>
    /// <param name="inputs">The inputs of each image.</param>
    /// <param name="selection">The outputs to compute.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <param name="onStage">Called with the outputs of each stage as soon as they are computed; null for none.</param>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    GeneratorOutputs Generate(
        IReadOnlyList<GeneratorInputs> inputs,
        OutputSelection selection,
        CancellationToken cancellation,
        Action<StageOutputs>? onStage = null);
}
