namespace AttnGan.Training.Trainers;

/// <summary>A loss, a figure or a weight became NaN or infinite.</summary>
internal sealed class DivergedException(string kind, long step, string name, double value, string? checkpoint)
    : AttnGanException(
        $"The {kind} training diverged: at step {step} `{name}` is {value}, expected a finite number. " +
        (checkpoint is null ? "There is no checkpoint from before. " : $"The last checkpoint, `{checkpoint}`, is from before. ") +
        (kind == "damsm"
            ? "Lower `damsm.learning_rate` or `damsm.gradient_clip`"
            : "Lower the learning rates, set `gan.gradient_clip` (10, say) or turn on `discriminator.spectral_norm`") +
        " and continue with `--resume`.");
