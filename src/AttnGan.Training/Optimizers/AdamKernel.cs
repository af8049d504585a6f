using System.Numerics;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Optimizers;

/// <summary>
/// Adam's update (Kingma and Ba, 2015, algorithm 1) in one pass over the memory of weights, gradients and moments. TorchSharp's optimizer
/// makes one pass per operation, which takes twice as long for a hundred million weights.
/// </summary>
internal static class AdamKernel
{
    private const double Epsilon = 1e-8;
    private const int ChunkSize = 1 << 16;

    /// <summary>Returns true if the kernel can update a parameter: a contiguous 32-bit one on the CPU.</summary>
    public static bool Supports(Tensor parameter) =>
        parameter.device_type == DeviceType.CPU && parameter.dtype == ScalarType.Float32 && parameter.is_contiguous();

    /// <summary>Updates the parameters that have a gradient, and their moments.</summary>
    public static void Step(IEnumerable<(Parameter Parameter, Adam.State State)> states, double learningRate, double beta1, double beta2)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        var chunks = new List<Chunk>();
        foreach ((Parameter parameter, Adam.State state) in states)
        {
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            state.step++;
            double correction = Math.Sqrt(1 - Math.Pow(beta2, state.step));
            var update = new Update(
                (float)beta1,
                (float)beta2,
                (float)(learningRate / (1 - Math.Pow(beta1, state.step))),
                (float)(1 / correction));
            (nint weight, nint slope, nint mean, nint square) =
                (parameter.Address(), gradient.contiguous().Address(), state.exp_avg.Address(), state.exp_avg_sq.Address());
            for (long start = 0; start < parameter.numel(); start += ChunkSize)
            {
                int length = (int)Math.Min(ChunkSize, parameter.numel() - start);
                nint offset = (nint)(start * sizeof(float));
                chunks.Add(new Chunk(update, weight + offset, slope + offset, mean + offset, square + offset, length));
            }
        }

        Parallel.ForEach(chunks, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, chunk => chunk.Run());
    }

    /// <param name="Beta1">β1.</param>
    /// <param name="Beta2">β2.</param>
    /// <param name="Rate">The learning rate with the bias correction of the first moment.</param>
    /// <param name="Correction">The bias correction of the square root of the second moment.</param>
    private readonly record struct Update(float Beta1, float Beta2, float Rate, float Correction);

    private readonly record struct Chunk(Update Update, nint Weight, nint Gradient, nint Mean, nint Square, int Length)
    {
        public unsafe void Run()
        {
            var weights = new Span<float>((void*)Weight, Length);
            var gradients = new ReadOnlySpan<float>((void*)Gradient, Length);
            var means = new Span<float>((void*)Mean, Length);
            var squares = new Span<float>((void*)Square, Length);
            int vectors = Length - (Length % Vector<float>.Count);
            var beta1 = new Vector<float>(Update.Beta1);
            var beta2 = new Vector<float>(Update.Beta2);
            for (int i = 0; i < vectors; i += Vector<float>.Count)
            {
                var gradient = new Vector<float>(gradients[i..]);
                Vector<float> mean = gradient + (beta1 * (new Vector<float>(means[i..]) - gradient));
                Vector<float> square = gradient * gradient;
                square += beta2 * (new Vector<float>(squares[i..]) - square);
                Vector<float> deviation = Vector.SquareRoot(square) * Update.Correction;
                Vector<float> step = mean * Update.Rate / (deviation + new Vector<float>((float)Epsilon));
                mean.CopyTo(means[i..]);
                square.CopyTo(squares[i..]);
                (new Vector<float>(weights[i..]) - step).CopyTo(weights[i..]);
            }

            for (int i = vectors; i < Length; i++)
            {
                float gradient = gradients[i];
                float mean = gradient + (Update.Beta1 * (means[i] - gradient));
                float square = gradient * gradient;
                square += Update.Beta2 * (squares[i] - square);
                weights[i] -= mean * Update.Rate / ((MathF.Sqrt(square) * Update.Correction) + (float)Epsilon);
                (means[i], squares[i]) = (mean, square);
            }
        }
    }
}
