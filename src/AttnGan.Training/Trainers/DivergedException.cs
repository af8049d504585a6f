namespace AttnGan.Training.Trainers;

/// <summary>A loss became NaN or infinite.</summary>
internal sealed class DivergedException(string kind, long step, Measure loss, string? checkpoint)
    : AttnGanException(
        $"The {kind} training diverged: at step {step} the loss `{loss.Name}` is {loss.Value}, expected a finite number. " +
        "Nothing was saved since the last checkpoint" + (checkpoint is null ? "" : $" (`{checkpoint}`)") + ". " +
        (kind == "damsm"
            ? "Lower `damsm.learning_rate` or `damsm.gradient_clip`"
            : "Lower the learning rates, set `gan.gradient_clip` (10, say) or turn on `discriminator.spectral_norm`") +
        " and continue with `--resume`.");
