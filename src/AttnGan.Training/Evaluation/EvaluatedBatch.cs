using System.Runtime.InteropServices;
using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>A batch of images with what the networks read from them. Ranks exchange it as bytes.</summary>
/// <param name="Images">The images; none if only their features are needed.</param>
/// <param name="Features">Their features; null unless a metric requires them.</param>
/// <param name="Encodings">The images as encoded by each DAMSM.</param>
internal sealed record EvaluatedBatch(
    IReadOnlyList<SubjectImage> Images, FeatureReading? Features, IReadOnlyList<ImageEncoding> Encodings)
{
    /// <summary>Writes the batch as bytes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        WriteList(writer, Images, WriteImage);
        TensorBytes.Write(writer, Features?.Features);
        TensorBytes.Write(writer, Features?.Probabilities);
        WriteList(writer, Encodings, (target, encoding) =>
        {
            TensorBytes.Write(target, encoding.Codes);
            TensorBytes.Write(target, encoding.Regions);
        });
        return bytes.ToArray();
    }

    /// <summary>Reads a batch that <see cref="ToBytes"/> wrote; tensors are on the CPU.</summary>
    public static EvaluatedBatch FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        SubjectImage[] images = ReadList(reader, ReadImage);
        Tensor? features = TensorBytes.Read(reader);
        Tensor? probabilities = TensorBytes.Read(reader);
        ImageEncoding[] encodings = ReadList(reader, source => new ImageEncoding(TensorBytes.Read(source)!, TensorBytes.Read(source)));
        return new EvaluatedBatch(images, features is null ? null : new FeatureReading(features, probabilities), encodings);
    }

    private static void WriteImage(BinaryWriter writer, SubjectImage image)
    {
        writer.Write(image.Image.Width);
        writer.Write(image.Image.Height);
        writer.Write(image.Image.Pixels);
        WriteList(writer, image.Stages ?? [], (target, stage) =>
        {
            target.Write(stage.Stage);
            target.Write(stage.Size);
            WriteList(target, stage.Words, static (words, word) => words.Write(word));
            target.Write(MemoryMarshal.AsBytes(stage.Weights.Span));
        });
    }

    private static SubjectImage ReadImage(BinaryReader reader)
    {
        int width = reader.ReadInt32();
        int height = reader.ReadInt32();
        var image = new RgbImage(width, height, reader.ReadBytes(width * height * 3));
        return new SubjectImage(image, ReadList(reader, source =>
        {
            int stage = source.ReadInt32();
            int size = source.ReadInt32();
            string[] words = ReadList(source, static words => words.ReadString());
            float[] weights = new float[words.Length * size * size];
            source.BaseStream.ReadExactly(MemoryMarshal.AsBytes(weights.AsSpan()));
            return new StageAttention(stage, size, words, weights);
        }));
    }

    private static void WriteList<T>(BinaryWriter writer, IReadOnlyList<T> list, Action<BinaryWriter, T> write)
    {
        writer.Write(list.Count);
        foreach (T item in list)
        {
            write(writer, item);
        }
    }

    private static T[] ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var list = new T[reader.ReadInt32()];
        for (int i = 0; i < list.Length; i++)
        {
            list[i] = read(reader);
        }

        return list;
    }
}
