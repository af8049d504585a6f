using AttnGan.Training.Runs;

namespace AttnGan.Training.Trainers;

/// <summary>Thrown when a loss, a metric or a weight becomes NaN or infinite.</summary>
internal sealed class DivergedException(string kind, long step, string name, double value, string? checkpoint)
    : AttnGanException(
        $"The {kind} training diverged: at step {step} `{name}` is {value}, expected a finite number. " +
        (checkpoint is null ? "There is no earlier checkpoint. " : $"The last checkpoint, `{checkpoint}`, was saved before. ") +
        "Continue with " +
        (kind == TrainingKind.Damsm
            ? "`--resume --set damsm.learning_rate=…` and a lower rate; `damsm.gradient_clip=0.25` stabilizes text encoders."
            : "`--resume --set gan.gradient_clip=10`, or with lower `gan.generator_learning_rate` and " +
              "`gan.discriminator_learning_rate`; in a new run `discriminator.spectral_norm=true` makes training more stable."));
