using AttnGan.Training.Distributed;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Layers;

/// <summary>
/// Batch normalization over the global batch of all ranks. Its state is that of <c>nn.BatchNorm2d</c>; one process computes exactly what
/// that module computes.
/// </summary>
internal sealed class GlobalBatchNorm(int channels, double epsilon = 1e-5) : BatchNorm(
    channels, epsilon, Momentum, affine: true, track_running_stats: true, device: null, dtype: null, nameof(GlobalBatchNorm)), IGlobalLayer
{
    private const double Momentum = 0.1;

    public World World { get; set; } = World.Alone;

    /// <param name="input">(B, C) or (B, C, H, W).</param>
    public override Tensor forward(Tensor input)
    {
        if (World.Size == 1 || !training)
        {
            return base.forward(input);
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor x = input.to(weight.dtype);
        (Tensor mean, Tensor variance, Tensor count) = Statistics(x);
        UpdateRunningStatistics(mean, variance, count);
        Tensor scale = PerChannel(weight / (variance + eps).sqrt(), x);
        return ((x - PerChannel(mean, x)) * scale + PerChannel(bias!, x)).to(input.dtype).MoveToOuterDisposeScope();
    }

    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() is not (2 or 4))
        {
            throw new ArgumentException($"Expected (B, C) or (B, C, H, W), not {input.dim()} dimensions.", nameof(input));
        }
    }

    /// <summary>
    /// Returns mean, variance and number of values per channel over all ranks. The mean is summed first, then the squares of the centered
    /// values: their difference would lose the digits that a large mean and a small variance share.
    /// </summary>
    private (Tensor Mean, Tensor Variance, Tensor Count) Statistics(Tensor x)
    {
        long[] rest = x.dim() == 2 ? [0] : [0, 2, 3];
        Tensor sums = World.Sum(cat([x.sum(rest), tensor([x.numel() / x.shape[1]], x.dtype, x.device)])); // (C + 1)
        Tensor count = sums[^1].detach();
        Tensor mean = sums[..^1] / count;
        Tensor variance = World.Sum((x - PerChannel(mean, x)).square().sum(rest)) / count;
        return (mean, variance, count);
    }

    private void UpdateRunningStatistics(Tensor mean, Tensor variance, Tensor count)
    {
        using IDisposable noGradient = no_grad();
        running_mean!.mul_(1 - Momentum).add_(mean * Momentum);
        running_var!.mul_(1 - Momentum).add_(variance * (count / (count - 1)) * Momentum);
        num_batches_tracked!.add_(1);
    }

    private static Tensor PerChannel(Tensor values, Tensor x) => x.dim() == 2 ? values : values.view(1, -1, 1, 1);
}
