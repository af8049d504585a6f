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
        return Normalization.apply(input.to(weight.dtype), weight, bias!, this).to(input.dtype).MoveToOuterDisposeScope();
    }

    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() is not (2 or 4))
        {
            throw new ArgumentException($"Expected (B, C) or (B, C, H, W), not {input.dim()} dimensions.", nameof(input));
        }
    }

    /// <summary>
    /// Returns mean, variance and number of values per channel over all ranks, from those of each rank and in one exchange (Chan, Golub and
    /// LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979). Squares are of centered values: the
    /// difference of mean square and squared mean would lose the digits that a large mean and a small variance share.
    /// </summary>
    private (Tensor Mean, Tensor Variance, Tensor Count) Statistics(Tensor x)
    {
        long channels = x.shape[1];
        long[] rest = OtherDimensions(x);
        Tensor own = x.mean(rest);
        Tensor squares = (x - PerChannel(own, x)).square().sum(rest);
        Tensor size = full(1, x.numel() / channels, x.dtype, x.device);

        Tensor ranks = World.Gather(cat([size, own, squares]).unsqueeze(0)); // (N, 1 + 2 C)
        Tensor sizes = ranks.narrow(1, 0, 1), means = ranks.narrow(1, 1, channels);
        Tensor count = sizes.sum().detach();
        Tensor mean = (means * sizes).sum(dim: 0) / count;
        Tensor variance = (ranks.narrow(1, 1 + channels, channels) + (means - mean).square() * sizes).sum(dim: 0) / count;
        return (mean, variance, count);
    }

    /// <summary>Normalizes with operations that libtorch knows the derivatives of.</summary>
    private Tensor Composed(Tensor x, Tensor scale, Tensor shift)
    {
        (Tensor mean, Tensor variance, _) = Statistics(x);
        return (x - PerChannel(mean, x)) * PerChannel(scale / (variance + eps).sqrt(), x) + PerChannel(shift, x);
    }

    private void UpdateRunningStatistics(Tensor mean, Tensor variance, Tensor count)
    {
        using IDisposable noGradient = no_grad();
        running_mean!.mul_(1 - Momentum).add_(mean * Momentum);
        running_var!.mul_(1 - Momentum).add_(variance * (count / (count - 1)) * Momentum);
        num_batches_tracked!.add_(1);
    }

    private static Tensor PerChannel(Tensor values, Tensor x) => x.dim() == 2 ? values : values.view(1, -1, 1, 1);

    private static long[] OtherDimensions(Tensor x) => x.dim() == 2 ? [0] : [0, 2, 3];

    /// <summary>
    /// The normalization as one operation, whose gradient takes few passes over memory. For the gradient of a gradient, as of the R1
    /// penalty, libtorch derives it from <see cref="Composed"/>.
    /// </summary>
    private sealed class Normalization : autograd.SingleTensorFunction<Normalization>
    {
        public override string Name => nameof(Normalization);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (Tensor x, Tensor weight, Tensor bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var layer = (GlobalBatchNorm)vars[3];
            (Tensor mean, Tensor variance, Tensor count) = layer.Statistics(x);
            layer.UpdateRunningStatistics(mean, variance, count);
            ctx.save_data(nameof(GlobalBatchNorm), layer);
            ctx.save_for_backward([x, weight, bias, mean, (variance + layer.eps).rsqrt(), count]);
            return nn.functional.batch_norm(x, mean, variance, weight, bias, training: false, Momentum, layer.eps);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var layer = (GlobalBatchNorm)ctx.get_data(nameof(GlobalBatchNorm));
            List<Tensor> saved = ctx.get_saved_variables();
            (Tensor x, Tensor weight, Tensor bias) = (saved[0], saved[1], saved[2]);
            if (is_grad_enabled())
            {
                Tensor normalized = layer.Composed(x, weight, bias);
                return [.. autograd.grad([normalized], [x, weight, bias], [grad_output], retain_graph: true, create_graph: true), null!];
            }

            (Tensor mean, Tensor inverse, Tensor count) = (saved[3], saved[4], saved[5]);
            long[] rest = OtherDimensions(x);
            Tensor centered = x - PerChannel(mean, x);
            Tensor biasGradient = grad_output.sum(rest);
            Tensor weightGradient = (grad_output * centered).sum(rest) * inverse;
            Tensor means = layer.World.Sum(stack([biasGradient, weightGradient])) / count; // (2, C)
            Tensor scale = weight * inverse;
            Tensor gradient = centered.mul_(PerChannel(-means[1] * inverse * scale, x))
                .sub_(PerChannel(means[0] * scale, x))
                .addcmul_(grad_output, PerChannel(scale, x), 1);
            return [gradient, weightGradient, biasGradient, null!];
        }
    }
}
