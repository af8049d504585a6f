namespace AttnGan.Training.Layers;

/// <summary>A network that adjusts the initial weights which <see cref="Initialization"/> has given to its layers.</summary>
internal interface IInitialWeights
{
    /// <summary>Changes the weights in place, without gradients.</summary>
    void AdjustInitialWeights();
}
