using System.Reflection;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Data.Readers;

namespace AttnGan.Fuzz;

/// <summary>Reads an input as a file of a dataset whose other files are small images.</summary>
internal static class DatasetTarget
{
    public static readonly byte[] Png = new RgbImage(2, 2).Encode(ImageFormat.Png);

    private static readonly DataConfig s_config = new() { ValidationFraction = 0 };

    /// <summary>Returns a reader that tries the input under each of the names, which are of different formats.</summary>
    public static Action<byte[]> Of(params string[] names)
    {
        MemoryFolder[] folders = [.. names.Select(Folder)];
        return bytes =>
        {
            AttnGanException? problem = null;
            foreach ((string name, MemoryFolder folder) in names.Zip(folders))
            {
                try
                {
                    Read(folder, name, bytes);
                }
                catch (AttnGanException error)
                {
                    problem = error;
                }
            }

            if (problem is not null)
            {
                throw problem;
            }
        };
    }

    private static MemoryFolder Folder(string name)
    {
        MemoryFolder folder = MemoryFolder.New().Child(Path.ChangeExtension(name, null) + Path.GetExtension(name)[1..]);
        foreach (string image in (string[])["0.png", "00.png", "01.png", "1.png"])
        {
            File.WriteAllBytes(folder.PathOf(image), Png);
        }

        return folder;
    }

    private static void Read(MemoryFolder folder, string name, byte[] bytes)
    {
        ForgetImages();
        File.WriteAllBytes(folder.PathOf(name), bytes);
        var data = CaptionedImageDataset.Open(folder.Root, s_config);
        foreach (CaptionedImage image in data.Images.Values)
        {
            image.Source.Read(image.Name);
        }

        data.BuildVocabulary(s_config);
    }

    /// <summary>Empties the cache of images of Parquet files: it expects that files do not change.</summary>
    private static void ForgetImages()
    {
        FieldInfo cache = typeof(ParquetImages).GetField("s_entries", BindingFlags.NonPublic | BindingFlags.Static)!;
        cache.FieldType.GetMethod("Clear")!.Invoke(cache.GetValue(null), null);
    }
}
