namespace AttnGan.Training.Trainers;

/// <summary>A loss, a figure or a weight became NaN or infinite.</summary>
internal sealed class DivergedException(string kind, long step, string name, double value, string? checkpoint)
    : AttnGanException(
        $"The {kind} training diverged: at step {step} `{name}` is {value}, expected a finite number. " +
        (checkpoint is null ? "There is no checkpoint from before. " : $"The last checkpoint, `{checkpoint}`, is from before. ") +
        "Continue with " +
        (kind == "damsm"
            ? "`--resume --set damsm.learning_rate=…` and a lower rate; text encoders also like `damsm.gradient_clip=0.25`."
            : "`--resume --set gan.gradient_clip=10`, or with lower `gan.generator_learning_rate` and " +
              "`gan.discriminator_learning_rate`; a new run with `discriminator.spectral_norm=true` is steadier from the start."));
