using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>
/// Nearest-neighbor upsampling to twice the size followed by a 3 x 3 convolution without bias, fused. Weights that fall on copies of the
/// same pixel are added first, which leaves a 2 x 2 convolution for each of the four output pixels of an input pixel: the same sums with
/// 4/9 of the products, and no upsampled map in memory.
/// </summary>
internal sealed class UpsamplingConvolution : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public UpsamplingConvolution(int inputs, int outputs)
        : base(nameof(UpsamplingConvolution))
    {
        weight = Parameter(empty(outputs, inputs, 3, 3));
        init.kaiming_uniform_(weight, Math.Sqrt(5));
        RegisterComponents();
    }

    /// <summary>The weight of the 3 x 3 convolution: (outputs, inputs, 3, 3).</summary>
    public Parameter Weight => weight;

    /// <param name="input">(B, inputs, H, W).</param>
    /// <returns>(B, outputs, 2H, 2W).</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        if (input.device_type != DeviceType.CPU)
        {
            Tensor larger = functional.interpolate(input, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
            return ConvolutionLayer.Convolve(larger, weight, bias: null, stride: 1, padding: 1).MoveToOuterDisposeScope();
        }

        // Output (2r + a, 2c + b) is the 2 x 2 convolution of phase (a, b) at (r + a, c + b) of a map with one more row and column.
        Tensor phases = ConvolutionLayer.Convolve(input, PhaseWeights(), bias: null, stride: 1, padding: 1); // (B, 4 outputs, H + 1, W + 1)
        return Interleave.apply(phases).MoveToOuterDisposeScope();
    }

    /// <returns>(4 outputs, inputs, 2, 2): top left, top right, bottom left, bottom right.</returns>
    private Tensor PhaseWeights()
    {
        (long outputs, long inputs) = (weight.shape[0], weight.shape[1]);

        // For each phase (first or second of two) and tap, the kernel rows that fall on the same pixel.
        Tensor rows = tensor(new float[] { 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1 }, [4, 3], weight.dtype, weight.device); // (phase tap, row)
        Tensor folded = matmul(matmul(rows, weight), rows.t()); // (O, I, phase tap, phase tap)
        return folded
            .view(outputs, inputs, 2, 2, 2, 2)  // (O, I, a, t, b, u)
            .permute(2, 4, 0, 1, 3, 5)          // (a, b, O, I, t, u)
            .reshape(4 * outputs, inputs, 2, 2);
    }

    /// <summary>Interleaves the maps of the four phases to the output map, both in channels-last layout.</summary>
    private sealed class Interleave : autograd.SingleTensorFunction<Interleave>
    {
        public override string Name => nameof(Interleave);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor phases = ((Tensor)vars[0]).permute(0, 2, 3, 1).contiguous(); // (B, H + 1, W + 1, 4C)
            (long batch, long height, long width, long channels) =
                (phases.shape[0], phases.shape[1] - 1, phases.shape[2] - 1, phases.shape[3] / 4);
            Tensor image = empty([batch, 2 * height, 2 * width, channels], dtype: phases.dtype, device: phases.device);
            new Layout(batch, height, width, channels * phases.ElementSize).Copy(phases, image, toImage: true);
            return image.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor image = grad_output.permute(0, 2, 3, 1).contiguous(); // (B, 2H, 2W, C)
            (long batch, long height, long width, long channels) =
                (image.shape[0], image.shape[1] / 2, image.shape[2] / 2, image.shape[3]);

            // The map of a phase has a row and a column that are not part of the output.
            Tensor phases = zeros([batch, height + 1, width + 1, 4 * channels], dtype: image.dtype, device: image.device);
            new Layout(batch, height, width, channels * image.ElementSize).Copy(phases, image, toImage: false);
            return [phases.permute(0, 3, 1, 2).MoveToOuterDisposeScope()];
        }
    }

    /// <param name="Batch">B.</param>
    /// <param name="Height">H, before upsampling.</param>
    /// <param name="Width">W, before upsampling.</param>
    /// <param name="PixelBytes">Size of a pixel's C values.</param>
    private readonly record struct Layout(long Batch, long Height, long Width, long PixelBytes)
    {
        public void Copy(Tensor phases, Tensor image, bool toImage)
        {
            Layout layout = this;
            nint phasesStart = phases.Address();
            nint imageStart = image.Address();
            var options = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
            Parallel.For(0, Batch * Height, options, row => layout.CopyRow(phasesStart, imageStart, row, toImage));
        }

        /// <summary>Copies the two output rows of an input row.</summary>
        private unsafe void CopyRow(nint phases, nint image, long row, bool toImage)
        {
            (long n, long r) = Math.DivRem(row, Height);
            int size = (int)PixelBytes;
            for (int a = 0; a < 2; a++)
            {
                byte* phaseRow = (byte*)phases + (((n * (Height + 1)) + r + a) * (Width + 1) * 4 * PixelBytes);
                byte* imageRow = (byte*)image + (((n * 2 * Height) + (2 * r) + a) * 2 * Width * PixelBytes);
                for (long c = 0; c < Width; c++)
                {
                    for (int b = 0; b < 2; b++)
                    {
                        var phasePixel = new Span<byte>(phaseRow + (((c + b) * 4) + (2 * a) + b) * PixelBytes, size);
                        var imagePixel = new Span<byte>(imageRow + ((2 * c) + b) * PixelBytes, size);
                        if (toImage)
                        {
                            phasePixel.CopyTo(imagePixel);
                        }
                        else
                        {
                            imagePixel.CopyTo(phasePixel);
                        }
                    }
                }
            }
        }
    }
}
