using System.Buffers.Binary;

namespace AttnGan.Imaging;

/// <summary>Writes images as a lossless animated WebP.</summary>
public static class Animation
{
    /// <summary>Writes an animation to a file, atomically.</summary>
    /// <param name="path">The file, which ends in .webp; an existing one is replaced.</param>
    /// <param name="frames">At least one frame; all of the same size.</param>
    /// <param name="options">Null for the defaults: 10 frames per second, repeated forever.</param>
    /// <exception cref="ArgumentException">There is no frame, the sizes differ, or an option is out of range.</exception>
    /// <exception cref="AttnGanException">
    /// The extension is another one, the file cannot be written, or the animation cannot be encoded (see <see cref="Encode"/>).
    /// </exception>
    public static void Save(string path, IReadOnlyList<RgbImage> frames, AnimationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (ImageFiles.FormatOf(path) != ImageFormat.WebP)
        {
            throw new AttnGanException($"{path}: cannot write an animation as '{Path.GetExtension(path)}'; use .webp.");
        }

        byte[] bytes = Encode(frames, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Encodes an animation.</summary>
    /// <param name="frames">At least one frame; all of the same size.</param>
    /// <param name="options">Null for the defaults: 10 frames per second, repeated forever.</param>
    /// <exception cref="ArgumentException">There is no frame, the sizes differ, or an option is out of range.</exception>
    /// <exception cref="AttnGanException">
    /// The frames are too large for WebP (16383 pixels a side), the file would be longer than <see cref="RgbImage.MaxFileLength"/>, or
    /// the names of model and software in the metadata are too long.
    /// </exception>
    /// <returns>The bytes of a WebP file.</returns>
    public static byte[] Encode(IReadOnlyList<RgbImage> frames, AnimationOptions? options = null) =>
        Compose(frames, options ?? new AnimationOptions(), RgbImage.MaxFileLength);

    // SkiaSharp's encoder of animations cannot limit the repetitions, merges equal frames (20 become 11) and is larger and slower: 20
    // frames of an interpolation at 128 pixels take 371 kB and 102 ms, here 336 kB and 80 ms.
    internal static byte[] Compose(IReadOnlyList<RgbImage> frames, AnimationOptions options, int maxLength)
    {
        Check(frames, options);
        byte[] metadata = options.Metadata is null ? [] : WebPChunks.Chunk("XMP "u8, XmpPacket.Encode(options.Metadata));
        int flags = WebPChunks.AnimationFlag | (metadata.Length > 0 ? WebPChunks.XmpFlag : 0);
        // The background color, which the frames hide, and the number of repetitions.
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
                    + $"{maxLength / (1024 * 1024)} MiB; frame {i + 1} exceeds it. Use fewer or smaller frames.");
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
                    $"Frame {i + 1} has {frames[i].Width} x {frames[i].Height} pixels, the first {width} x {height}; all frames must "
                    + "have the same size. Resize them.",
                    nameof(frames));
            }
        }
    }

    /// <summary>Returns the smallest part with all pixels that differ; a single pixel if none does.</summary>
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

        // The container supports even positions only.
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
        // No blending, no disposal: the frame replaces the pixels that it covers.
        frame[15] = 0b10;
        pixels.CopyTo(frame, 16);
        return WebPChunks.Chunk("ANMF"u8, frame);
    }

    private readonly record struct Rectangle(int X, int Y, int Width, int Height);
}
