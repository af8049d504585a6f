using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using AttnGan.Training.Optimizers;

namespace AttnGan.Training.Trainers;

/// <summary>The discriminator of one stage with its optimizer, and the average of its gradients over ranks.</summary>
internal sealed record GanStage(Discriminator Discriminator, NamedAdam Optimizer)
{
    public GradientAverage Gradients => Discriminator.Gradients!;

    public int ImageSize => Discriminator.ImageSize;

    /// <summary>The prefix of the discriminator's state names.</summary>
    public string Prefix => $"discriminator{ImageSize}.";
}
