using System.Runtime.InteropServices;
using SkiaSharp;

namespace AttnGan.Imaging;

/// <summary>An image of 8-bit sRGB pixels without transparency.</summary>
public sealed class RgbImage
{
    /// <summary>The maximum number of pixels of an image, so that a damaged header cannot exhaust the memory.</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>The maximum length of a file in bytes (256 MiB): more than an image of <see cref="MaxPixels"/> needs.</summary>
    public const int MaxFileLength = 256 * 1024 * 1024;

    // The size is in the first bytes, except in files with long metadata before it.
    private const int HeadLength = 64 * 1024;

    private const int JpegQuality = 95;

    // Half the time of zlib's default, 6, for files 2 % larger: 2.2 instead of 4.0 ms for a generated image of 128 pixels.
    private const int PngLevel = 4;

    /// <summary>Creates a black image.</summary>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or there are more than <see cref="MaxPixels"/>.</exception>
    public RgbImage(int width, int height)
        : this(width, height, new byte[CheckedLength(width, height)])
    {
    }

    /// <summary>Creates an image from pixels, which are not copied.</summary>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="pixels">(H, W, 3) bytes: rows from the top; red, green, blue.</param>
    /// <exception cref="ArgumentException">The number of bytes is not H W 3.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1, or there are more than <see cref="MaxPixels"/>.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != CheckedLength(width, height))
        {
            throw new ArgumentException(
                $"An image of {width} x {height} has {CheckedLength(width, height)} bytes, not {pixels.Length}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>W: the width in pixels.</summary>
    public int Width { get; }

    /// <summary>H: the height in pixels.</summary>
    public int Height { get; }

    /// <summary>(H, W, 3) bytes: rows from the top; red, green, blue.</summary>
    public byte[] Pixels { get; }

    /// <summary>Creates an image from a network's output.</summary>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="values">(H, W, 3) values, rounded to 256 levels: -1 is black, 1 is full intensity; others are clamped.</param>
    internal static RgbImage FromUnit(int width, int height, ReadOnlySpan<float> values)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)Math.Clamp(MathF.Round((values[i] + 1) * 127.5f), 0, 255);
        }

        return image;
    }

    /// <summary>Reads the format and size from the header of a PNG, JPEG, WebP, BMP or GIF file. The rest of it may be damaged.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AttnGanException">
    /// The file is missing, of another format, lacks a complete header, or exceeds <see cref="MaxPixels"/> or
    /// <see cref="MaxFileLength"/>. The message names the file.
    /// </exception>
    public static ImageHeader Identify(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Identify(path, path);
    }

    /// <summary>Reads the header, as <see cref="Identify(string)"/> does; error messages use the name.</summary>
    internal static ImageHeader Identify(string path, string name)
    {
        return Identify(maxBytes => ReadFile(path, name, maxBytes), name);
    }

    /// <summary>Reads the header from bytes that are read on demand, at most as many as asked for.</summary>
    internal static ImageHeader Identify(Func<int, byte[]> read, string name)
    {
        byte[] head = read(HeadLength);
        using SKCodec? codec = CreateCodec(head);
        if (codec is not null)
        {
            return CheckHeader(codec, head, name);
        }

        // The size may follow a color profile or a preview image.
        byte[] bytes = head.Length < HeadLength ? head : read(MaxFileLength);
        using SKCodec whole = OpenCodec(bytes, name);
        return CheckHeader(whole, bytes, name);
    }

    /// <summary>
    /// Reads a PNG, JPEG, WebP, BMP or GIF file (the first frame of an animation), applies the EXIF orientation and composites transparent
    /// pixels with a background.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="background">The color behind transparent pixels.</param>
    /// <exception cref="AttnGanException">
    /// The file is missing, of another format, damaged, truncated, or exceeds <see cref="MaxPixels"/> or <see cref="MaxFileLength"/>.
    /// The message names the file.
    /// </exception>
    public static RgbImage Load(string path, RgbColor background)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Decode(ReadFile(path, path), background, path);
    }

    /// <summary>Reads a file, or at most its first <paramref name="maxBytes"/> bytes.</summary>
    /// <exception cref="AttnGanException">The file cannot be read, or is longer than <see cref="MaxFileLength"/>.</exception>
    internal static byte[] ReadFile(string path, string name, int maxBytes = MaxFileLength)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxFileLength)
            {
                throw new AttnGanException(
                    $"{name}: the file has {file.Length / (1024 * 1024)} MiB; the maximum is {MaxFileLength / (1024 * 1024)} MiB. " +
                    "Scale the image down.");
            }

            byte[] bytes = new byte[Math.Min(maxBytes, file.Length)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"{name}: the image cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Decodes an image from the bytes of a file, as <see cref="Load"/> does.</summary>
    /// <param name="bytes">The content of a PNG, JPEG, WebP, BMP or GIF file.</param>
    /// <param name="background">The color behind transparent pixels.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <exception cref="AttnGanException">
    /// The image is of another format, damaged, truncated, or exceeds <see cref="MaxPixels"/>.
    /// </exception>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, RgbColor background, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using SKCodec codec = OpenCodec(bytes, name);
        CheckHeader(codec, bytes, name);
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, SKColorSpace.CreateSrgb());
        using var bitmap = new SKBitmap();
        if (!bitmap.TryAllocPixels(info))
        {
            throw new AttnGanException($"{name}: not enough memory for {width} x {height} pixels.");
        }

        SKCodecResult result = codec.GetPixels(info, bitmap.GetPixels());
        if (JpegSegments.IsJpeg(bytes) && !JpegSegments.EndsWithMarker(bytes))
        {
            // Skia takes truncated progressive files for whole ones, and others that lack only the end marker for truncated ones.
            (bool hasEnd, bool hasAllScans) = JpegSegments.Inspect(bytes);
            result = hasEnd ? result
                : hasAllScans && LacksOnlyItsEnd(bytes, info, bitmap) ? SKCodecResult.Success
                : SKCodecResult.IncompleteInput;
        }

        if (result != SKCodecResult.Success)
        {
            throw new AttnGanException(
                $"{name}: the image is damaged ({(result == SKCodecResult.IncompleteInput ? "it is truncated" : result)}).");
        }

        var flat = new RgbImage(width, height);
        Flatten(bitmap.GetPixelSpan(), flat.Pixels, background);
        return Orient(flat, OriginOf(codec, bytes));
    }

    /// <summary>
    /// Writes the image atomically, in the format of the path's extension: .png, .jpg, .jpeg or .webp.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metadata">The metadata of the file; null for none.</param>
    /// <exception cref="AttnGanException">
    /// The extension is another one, the file cannot be written, or the names of model and software in the metadata are too long.
    /// </exception>
    public void Save(string path, ImageMetadata? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        ImageFormat format = ImageFiles.WrittenFormatOf(path)
            ?? throw new AttnGanException($"{path}: cannot write an image as '{Path.GetExtension(path)}'; use .png, .jpg or .webp.");
        byte[] bytes = Encode(format, metadata);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Encodes the image as a file. PNG and WebP are lossless.</summary>
    /// <param name="format">The format of the file: PNG, JPEG or WebP.</param>
    /// <param name="metadata">The metadata of the file; null for none.</param>
    /// <returns>The bytes of the file.</returns>
    /// <exception cref="AttnGanException">
    /// The image is too large for the format, or the names of model and software in the metadata are too long.
    /// </exception>
    public byte[] Encode(ImageFormat format, ImageMetadata? metadata = null)
    {
        byte[] file = EncodePixels(format);
        return (metadata, format) switch
        {
            (null, _) => file,
            (_, ImageFormat.Png) => PngChunks.Embed(file, metadata),
            (_, ImageFormat.Jpeg) => JpegSegments.Embed(file, XmpPacket.Encode(metadata)),
            _ => WebPChunks.Embed(file, XmpPacket.Encode(metadata), Width, Height),
        };
    }

    /// <summary>Returns the image at another size, with antialiasing when it shrinks. The aspect ratio may change.</summary>
    /// <param name="width">The new width in pixels, at least 1.</param>
    /// <param name="height">The new height in pixels, at least 1.</param>
    public RgbImage Resize(int width, int height) => Resize(width, height, Resampler.Triangle);

    /// <summary>Returns the image at another size.</summary>
    internal RgbImage Resize(int width, int height, Resampler.Filter filter)
    {
        var resized = new RgbImage(width, height);
        if (width == Width && height == Height)
        {
            Pixels.CopyTo(resized.Pixels, 0);
        }
        else
        {
            Resampler.Resize(Pixels, Width, Height, resized.Pixels, width, height, filter);
        }

        return resized;
    }

    /// <summary>Returns a part of the image.</summary>
    /// <param name="x">The left column, from 0.</param>
    /// <param name="y">The top row, from 0.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the image.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || x > Width - width || y > Height - height)
        {
            throw new ArgumentOutOfRangeException(
                nameof(x), $"{width} x {height} at ({x}, {y}) is not inside an image of {Width} x {Height}.");
        }

        var crop = new RgbImage(width, height);
        for (int row = 0; row < height; row++)
        {
            Pixels.AsSpan((((y + row) * Width) + x) * 3, width * 3).CopyTo(crop.Pixels.AsSpan(row * width * 3));
        }

        return crop;
    }

    /// <summary>Returns the image mirrored left to right.</summary>
    public RgbImage FlipHorizontally() => Transform(Width, Height, (x, y) => (Width - 1 - x, y));

    private byte[] EncodePixels(ImageFormat format)
    {
        // The encoders do not support 24-bit pixels.
        byte[] rgba = new byte[checked(Width * Height * 4)];
        for (int from = 0, to = 0; from < Pixels.Length; from += 3, to += 4)
        {
            rgba[to] = Pixels[from];
            rgba[to + 1] = Pixels[from + 1];
            rgba[to + 2] = Pixels[from + 2];
            rgba[to + 3] = 255;
        }

        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque, SKColorSpace.CreateSrgb());
        var handle = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            using var pixmap = new SKPixmap(info, handle.AddrOfPinnedObject());
            using SKData? data = format switch
            {
                ImageFormat.Png => pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, PngLevel)),
                ImageFormat.Jpeg => pixmap.Encode(
                    new SKJpegEncoderOptions(JpegQuality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore)),
                ImageFormat.WebP => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 75)),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format that is written."),
            };
            return data?.ToArray()
                ?? throw new AttnGanException($"An image of {Width} x {Height} pixels cannot be written as {format}.");
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Returns the exception for bytes that are not the beginning of an image.</summary>
    internal static AttnGanException NotAImage(string name, ReadOnlySpan<byte> bytes) => new(
        $"{name}: not an image; it is {ForeignContent.Describe(bytes) ?? "damaged, empty or neither PNG, JPEG, WebP, BMP nor GIF."}");

    /// <summary>
    /// Returns true, and decodes the image, if a JPEG with all its scans lacks nothing but its end marker: bytes in place of what is
    /// missing do not change any pixel.
    /// </summary>
    private static bool LacksOnlyItsEnd(ReadOnlySpan<byte> bytes, SKImageInfo info, SKBitmap bitmap)
    {
        byte[] noise = new byte[1024];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (byte)(i % 2 == 0 ? 0xA5 : 0x5A);
        }

        using var other = new SKBitmap();
        ReadOnlySpan<byte> end = [0xFF, 0xD9];
        return other.TryAllocPixels(info)
            && TryDecode([.. bytes, .. noise, .. end], info, other)
            && TryDecode([.. bytes, .. end], info, bitmap)
            && other.GetPixelSpan().SequenceEqual(bitmap.GetPixelSpan());
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, SKImageInfo info, SKBitmap bitmap)
    {
        using SKCodec? codec = CreateCodec(bytes);
        return codec?.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success;
    }

    /// <summary>Returns the EXIF orientation; Skia does not read that of PNG files.</summary>
    private static SKEncodedOrigin OriginOf(SKCodec codec, ReadOnlySpan<byte> bytes) =>
        codec.EncodedFormat == SKEncodedImageFormat.Png && codec.EncodedOrigin == SKEncodedOrigin.TopLeft
            ? (SKEncodedOrigin)PngChunks.FindOrientation(bytes)
            : codec.EncodedOrigin;

    /// <summary>Returns null if the bytes are not the beginning of an image.</summary>
    private static SKCodec? CreateCodec(ReadOnlySpan<byte> bytes)
    {
        // The codec holds its own reference to the data.
        using var data = SKData.CreateCopy(bytes);
        return SKCodec.Create(data);
    }

    private static SKCodec OpenCodec(ReadOnlySpan<byte> bytes, string name) =>
        CreateCodec(bytes) ?? throw NotAImage(name, bytes);

    private static ImageHeader CheckHeader(SKCodec codec, ReadOnlySpan<byte> bytes, string name)
    {
        ImageFormat format = FormatOf(codec.EncodedFormat) ?? throw new AttnGanException(
            $"{name}: the image is {codec.EncodedFormat}; convert it to PNG, JPEG or WebP.");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
        {
            throw new AttnGanException(
                $"{name}: the image has {width} x {height} pixels; the maximum is {MaxPixels / 1_000_000} million. Scale it down.");
        }

        bool isTurned = OriginOf(codec, bytes) is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;
        return isTurned ? new ImageHeader(format, height, width) : new ImageHeader(format, width, height);
    }

    private static ImageFormat? FormatOf(SKEncodedImageFormat format) => format switch
    {
        SKEncodedImageFormat.Png => ImageFormat.Png,
        SKEncodedImageFormat.Jpeg => ImageFormat.Jpeg,
        SKEncodedImageFormat.Webp => ImageFormat.WebP,
        SKEncodedImageFormat.Bmp => ImageFormat.Bmp,
        SKEncodedImageFormat.Gif => ImageFormat.Gif,
        _ => null,
    };

    private static int CheckedLength(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaxPixels, "width * height");
        return width * height * 3;
    }

    private static void Flatten(ReadOnlySpan<byte> rgba, Span<byte> rgb, RgbColor background)
    {
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            byte alpha = rgba[from + 3];
            rgb[to] = Blend(rgba[from], background.R, alpha);
            rgb[to + 1] = Blend(rgba[from + 1], background.G, alpha);
            rgb[to + 2] = Blend(rgba[from + 2], background.B, alpha);
        }
    }

    private static byte Blend(byte color, byte background, byte alpha) =>
        alpha == 255 ? color : (byte)(((color * alpha) + (background * (255 - alpha)) + 127) / 255);

    /// <summary>Applies the EXIF orientation to the stored pixels.</summary>
    private static RgbImage Orient(RgbImage stored, SKEncodedOrigin origin)
    {
        (int w, int h) = (stored.Width, stored.Height);
        return origin switch
        {
            SKEncodedOrigin.TopRight => stored.Transform(w, h, (x, y) => (w - 1 - x, y)),
            SKEncodedOrigin.BottomRight => stored.Transform(w, h, (x, y) => (w - 1 - x, h - 1 - y)),
            SKEncodedOrigin.BottomLeft => stored.Transform(w, h, (x, y) => (x, h - 1 - y)),
            SKEncodedOrigin.LeftTop => stored.Transform(h, w, (x, y) => (y, x)),
            SKEncodedOrigin.RightTop => stored.Transform(h, w, (x, y) => (y, h - 1 - x)),
            SKEncodedOrigin.RightBottom => stored.Transform(h, w, (x, y) => (w - 1 - y, h - 1 - x)),
            SKEncodedOrigin.LeftBottom => stored.Transform(h, w, (x, y) => (w - 1 - y, x)),
            _ => stored,
        };
    }

    private RgbImage Transform(int width, int height, Func<int, int, (int X, int Y)> sourceOf)
    {
        var result = new RgbImage(width, height);
        int to = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, to += 3)
            {
                (int sourceX, int sourceY) = sourceOf(x, y);
                Pixels.AsSpan(((sourceY * Width) + sourceX) * 3, 3).CopyTo(result.Pixels.AsSpan(to));
            }
        }

        return result;
    }
}
