using System.Buffers.Binary;

namespace AttnGan.Imaging;

/// <summary>Writes images as an animated WebP, lossless.</summary>
public static class Animation
{
    /// <summary>Writes the animation to a file, which appears whole or not at all.</summary>
    /// <param name="path">Ends in .webp; a file that is there already is replaced.</param>
    /// <param name="frames">At least one; all of one size.</param>
    /// <param name="options">Null for the defaults: ten frames a second, for ever.</param>
    /// <exception cref="ArgumentException">There is no frame, sizes differ, or an option is out of its range.</exception>
    /// <exception cref="AttnGanException">
    /// The extension is another one, the file cannot be written, or the animation cannot be encoded (see <see cref="Encode"/>).
    /// </exception>
    public static void Save(string path, IReadOnlyList<RgbImage> frames, AnimationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string extension = Path.GetExtension(path);
        if (!extension.Equals(".webp", StringComparison.OrdinalIgnoreCase))
        {
            throw new AttnGanException($"{path}: cannot write an animation as '{extension}'; use .webp.");
        }

        byte[] bytes = Encode(frames, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The animation as the bytes of a file.</summary>
    /// <param name="frames">At least one; all of one size.</param>
    /// <param name="options">Null for the defaults: ten frames a second, for ever.</param>
    /// <exception cref="ArgumentException">There is no frame, sizes differ, or an option is out of its range.</exception>
    /// <exception cref="AttnGanException">
    /// The frames are too large for WebP (16383 pixels a side), their file would be longer than <see cref="RgbImage.MaxFileLength"/>,
    /// or the metadata's names of model and software are too long.
    /// </exception>
    public static byte[] Encode(IReadOnlyList<RgbImage> frames, AnimationOptions? options = null) =>
        Compose(frames, options ?? new AnimationOptions(), RgbImage.MaxFileLength);

    // SkiaSharp's own encoder of animations shows them for ever and merges equal frames; here every image stays a frame.
    internal static byte[] Compose(IReadOnlyList<RgbImage> frames, AnimationOptions options, int maxLength)
    {
        Check(frames, options);
        byte[] metadata = options.Metadata is null ? [] : WebPChunks.Chunk("XMP "u8, XmpPacket.Encode(options.Metadata));
        int flags = WebPChunks.AnimationFlag | (metadata.Length > 0 ? WebPChunks.XmpFlag : 0);
        // No color behind the frames, which hide it; then how often they are shown.
        byte[] loop = new byte[6];
        BinaryPrimitives.WriteUInt16LittleEndian(loop.AsSpan(4), (ushort)options.LoopCount);

        using var chunks = new MemoryStream();
        chunks.Write(WebPChunks.Head((byte)flags, frames[0].Width, frames[0].Height));
        chunks.Write(WebPChunks.Chunk("ANIM"u8, loop));
        for (int i = 0; i < frames.Count; i++)
        {
            Rectangle part = i == 0 ? new Rectangle(0, 0, frames[0].Width, frames[0].Height) : Changed(frames[i - 1], frames[i]);
            chunks.Write(Frame(frames[i], part, options.FrameDuration));
            if (chunks.Length + metadata.Length > maxLength)
            {
                throw new AttnGanException(
                    $"An animation of {frames.Count} frames of {frames[0].Width} x {frames[0].Height} pixels would be longer than "
                    + $"{maxLength / (1024 * 1024)} MiB, with frame {i + 1} already. Take fewer or smaller frames.");
            }
        }

        chunks.Write(metadata);
        return WebPChunks.Compose(chunks.GetBuffer().AsSpan(0, (int)chunks.Length));
    }

    private static void Check(IReadOnlyList<RgbImage> frames, AnimationOptions options)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FrameDuration, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FrameDuration, 0xFFFFFF);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LoopCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LoopCount, ushort.MaxValue);
        if (frames.Count == 0)
        {
            throw new ArgumentException("An animation needs at least one frame.", nameof(frames));
        }

        (int width, int height) = (frames[0].Width, frames[0].Height);
        for (int i = 1; i < frames.Count; i++)
        {
            if ((frames[i].Width, frames[i].Height) != (width, height))
            {
                throw new ArgumentException(
                    $"Frame {i + 1} has {frames[i].Width} x {frames[i].Height} pixels, the first {width} x {height}; an animation has one "
                    + "size. Resize its frames.",
                    nameof(frames));
            }
        }
    }

    /// <summary>The smallest part with all pixels that differ; a single pixel where none does.</summary>
    private static Rectangle Changed(RgbImage before, RgbImage after)
    {
        int stride = after.Width * 3;
        (int left, int right, int top, int bottom) = (stride, 0, after.Height, 0);
        for (int y = 0; y < after.Height; y++)
        {
            ReadOnlySpan<byte> old = before.Pixels.AsSpan(y * stride, stride);
            ReadOnlySpan<byte> row = after.Pixels.AsSpan(y * stride, stride);
            int same = row.CommonPrefixLength(old);
            if (same == stride)
            {
                continue;
            }

            (top, bottom) = (Math.Min(top, y), y + 1);
            left = Math.Min(left, same);
            int end = stride;
            while (end > right && row[end - 1] == old[end - 1])
            {
                end--;
            }

            right = Math.Max(right, end);
        }

        if (bottom == 0)
        {
            return new Rectangle(0, 0, 1, 1);
        }

        // The container holds places at even pixels alone.
        int x = left / 3 & ~1;
        int firstRow = top & ~1;
        return new Rectangle(x, firstRow, ((right + 2) / 3) - x, bottom - firstRow);
    }

    private static byte[] Frame(RgbImage image, Rectangle part, int duration)
    {
        byte[] encoded = image.Crop(part.X, part.Y, part.Width, part.Height).Encode(ImageFormat.WebP);
        byte[] pixels = WebPChunks.Chunk("VP8L"u8, WebPChunks.Find(encoded, "VP8L"u8));
        byte[] frame = new byte[16 + pixels.Length];
        WebPChunks.WriteUInt24(frame, part.X / 2);
        WebPChunks.WriteUInt24(frame.AsSpan(3), part.Y / 2);
        WebPChunks.WriteUInt24(frame.AsSpan(6), part.Width - 1);
        WebPChunks.WriteUInt24(frame.AsSpan(9), part.Height - 1);
        WebPChunks.WriteUInt24(frame.AsSpan(12), duration);
        // The frame replaces what it covers and stays.
        frame[15] = 0b10;
        pixels.CopyTo(frame, 16);
        return WebPChunks.Chunk("ANMF"u8, frame);
    }

    private readonly record struct Rectangle(int X, int Y, int Width, int Height);
}
