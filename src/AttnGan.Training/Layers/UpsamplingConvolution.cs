using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>
/// Nearest upsampling to twice the size and a 3 x 3 convolution without bias, in one: of the nine weights those that fall on copies of
/// the same pixel are added up first, which leaves a 2 x 2 convolution for each of the four places that a pixel becomes. The same sums
/// with 4/9 of the products, and no upsampled map in memory.
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

    /// <summary>Of the 3 x 3 convolution: (outputs, inputs, 3, 3).</summary>
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

        // Output (2r + a, 2c + b) is the 2 x 2 convolution of place (a, b) at (r + a, c + b) of a map with one row and column more.
        Tensor places = ConvolutionLayer.Convolve(input, PlaceWeights(), bias: null, stride: 1, padding: 1); // (B, 4 outputs, H + 1, W + 1)
        return Interleave.apply(places).MoveToOuterDisposeScope();
    }

    /// <returns>(4 outputs, inputs, 2, 2): top left, top right, bottom left, bottom right.</returns>
    private Tensor PlaceWeights()
    {
        (long outputs, long inputs) = (weight.shape[0], weight.shape[1]);

        // For each place (first or second of two) and tap, the rows of the kernel that fall on the same pixel.
        Tensor rows = tensor(new float[] { 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1 }, [4, 3], weight.dtype, weight.device); // (place tap, row)
        Tensor folded = matmul(matmul(rows, weight), rows.t());                                                                 // (O, I, place tap, place tap)
        return folded
            .view(outputs, inputs, 2, 2, 2, 2)  // (O, I, a, t, b, u)
            .permute(2, 4, 0, 1, 3, 5)          // (a, b, O, I, t, u)
            .reshape(4 * outputs, inputs, 2, 2);
    }

    /// <summary>From the maps of the four places to the image that they make up; both with the channels innermost.</summary>
    private sealed class Interleave : autograd.SingleTensorFunction<Interleave>
    {
        public override string Name => nameof(Interleave);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor places = ((Tensor)vars[0]).permute(0, 2, 3, 1).contiguous(); // (B, H + 1, W + 1, 4C)
            (long batch, long height, long width, long channels) =
                (places.shape[0], places.shape[1] - 1, places.shape[2] - 1, places.shape[3] / 4);
            Tensor image = empty([batch, 2 * height, 2 * width, channels], dtype: places.dtype, device: places.device);
            new Layout(batch, height, width, channels * places.ElementSize).Copy(places, image, toImage: true);
            return image.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor image = grad_output.permute(0, 2, 3, 1).contiguous(); // (B, 2H, 2W, C)
            (long batch, long height, long width, long channels) =
                (image.shape[0], image.shape[1] / 2, image.shape[2] / 2, image.shape[3]);

            // A place's map has a row and a column that no image shows.
            Tensor places = zeros([batch, height + 1, width + 1, 4 * channels], dtype: image.dtype, device: image.device);
            new Layout(batch, height, width, channels * image.ElementSize).Copy(places, image, toImage: false);
            return [places.permute(0, 3, 1, 2).MoveToOuterDisposeScope()];
        }
    }

    /// <param name="Batch">B.</param>
    /// <param name="Height">H, before upsampling.</param>
    /// <param name="Width">W, before upsampling.</param>
    /// <param name="PixelBytes">Size of a pixel's C values.</param>
    private readonly record struct Layout(long Batch, long Height, long Width, long PixelBytes)
    {
        public void Copy(Tensor places, Tensor image, bool toImage)
        {
            Layout layout = this;
            nint placesStart = places.Address();
            nint imageStart = image.Address();
            Parallel.For(0, Batch * Height, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, row => layout.CopyRow(placesStart, imageStart, row, toImage));
        }

        /// <summary>The two rows of the image that a row of pixels becomes.</summary>
        private unsafe void CopyRow(nint places, nint image, long row, bool toImage)
        {
            (long b, long r) = Math.DivRem(row, Height);
            int size = (int)PixelBytes;
            for (int a = 0; a < 2; a++)
            {
                byte* placeRow = (byte*)places + (((b * (Height + 1)) + r + a) * (Width + 1) * 4 * PixelBytes);
                byte* imageRow = (byte*)image + (((b * 2 * Height) + (2 * r) + a) * 2 * Width * PixelBytes);
                for (long c = 0; c < Width; c++)
                {
                    for (int place = 0; place < 2; place++)
                    {
                        var of = new Span<byte>(placeRow + (((c + place) * 4) + (2 * a) + place) * PixelBytes, size);
                        var at = new Span<byte>(imageRow + ((2 * c) + place) * PixelBytes, size);
                        if (toImage)
                        {
                            of.CopyTo(at);
                        }
                        else
                        {
                            at.CopyTo(of);
                        }
                    }
                }
            }
        }
    }
}
