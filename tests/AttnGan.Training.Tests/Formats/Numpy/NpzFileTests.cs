using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Formats.Numpy;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats.Numpy;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    [Theory]
    [InlineData("<f8", 1)]
    [InlineData("<f4", 1)]
    [InlineData("<f8", 2)]
    public void Arrays_are_read_with_their_shapes(string type, int version)
    {
        string path = Write(
            ("mu", Array(type, "(3,)", [1.5, -2, 0.25], version)), ("sigma", Array(type, "(2, 3)", [1, 2, 3, 4, 5, 6], version)));

        IReadOnlyDictionary<string, NumpyArray> arrays = NpzFile.Read(path, "mu", "sigma");

        Assert.Equal([3], arrays["mu"].Shape);
        Assert.Equal([1.5, -2, 0.25], arrays["mu"].Values);
        Assert.Equal([2, 3], arrays["sigma"].Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], arrays["sigma"].Values);
    }

    [Fact]
    public void Other_arrays_are_refused_with_what_was_expected()
    {
        Assert.Contains("there is no array `mu`, only: sigma.npy", Refused(Write(("sigma", Array("<f8", "(1,)", [1])))));
        Assert.Contains(
            "only: sigma.npy, count.npy.", Refused(Write(("sigma", Array("<f8", "(1,)", [1])), ("count", Array("<f8", "(1,)", [1])))));
        Assert.Contains("expected little-endian floating-point", Refused(Write(("mu", Array("<i8", "(1,)", [1])))));
        Assert.Contains("expected little-endian floating-point", Refused(Write(("mu", Array("<f8", "(1, 99999999999)", [1])))));
        Assert.Contains("is not an array of NumPy", Refused(Write(("mu", "text of another kind"u8.ToArray()))));
        Assert.Contains("cannot be read as an .npz file", Refused(Write(("mu", Array("<f8", "(5,)", [1])))));
        File.WriteAllText(_folder.File("text.npz"), "no archive");
        Assert.Contains("cannot be read as an .npz file", Refused(_folder.File("text.npz")));
        Assert.Contains("cannot be read as an .npz file", Refused(_folder.File("nowhere.npz")));
    }

    /// <summary>A shape costs a few bytes of a file, whatever it promises.</summary>
    [Theory]
    [InlineData("(99999999999, 99999999999)")]
    [InlineData("(65536, 65536, 65536, 65536)")] // the product of these sides is 0 in 64 bits
    [InlineData("(8192, 8193)")]
    public void Shapes_of_too_many_elements_are_refused(string shape) =>
        Assert.Contains("in row-major order, at most 67108864", Refused(Write(("mu", Array("<f8", shape, [1])))));

    [Theory]
    [InlineData("(0,)", new[] { 0 })]
    [InlineData("(2, 0)", new[] { 2, 0 })]
    public void An_array_may_have_no_elements(string text, int[] shape)
    {
        NumpyArray array = NpzFile.Read(Write(("mu", Array("<f8", text, []))), "mu")["mu"];

        Assert.Equal(shape, array.Shape);
        Assert.Empty(array.Values);
    }

    /// <summary>NumPy marks the transpose of an array as column-major; in one dimension there is no difference.</summary>
    [Fact]
    public void Column_major_order_is_refused_except_in_one_dimension()
    {
        Assert.Contains("row-major order", Refused(Write(("mu", Array("<f8", "(2, 2)", [1, 2, 3, 4], isColumnMajor: true)))));

        string line = Write(("mu", Array("<f8", "(2,)", [1, 2], isColumnMajor: true)));
        Assert.Equal([1, 2], NpzFile.Read(line, "mu")["mu"].Values);
    }

    [Fact]
    public void A_header_has_at_most_65536_bytes()
    {
        string longest = Write(("mu", Array("<f8", "(1,)", [1.5], version: 2, headerLength: 65536)));
        string tooLong = Write(("mu", Array("<f8", "(1,)", [1.5], version: 2, headerLength: 65537)));

        Assert.Equal([1.5], NpzFile.Read(longest, "mu")["mu"].Values);
        Assert.Contains("the header of `mu` has 65537 bytes, expected at most 65536", Refused(tooLong));
    }

    [Fact]
    public void Damaged_files_are_refused_and_nothing_else_happens()
    {
        byte[] whole = File.ReadAllBytes(Write(("mu", Array("<f8", "(3,)", [1.5, -2, 0.25]))));
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder.File("damaged.npz"), i % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            try
            {
                NpzFile.Read(_folder.File("damaged.npz"), "mu");
            }
            catch (AttnGanException)
            {
                // Expected; some changes leave a readable file.
            }
        }
    }

    [Fact]
    public void Reference_statistics_have_the_distance_of_their_moments()
    {
        string path = Write(("mu", Array("<f8", "(2,)", [1, 2])), ("sigma", Array("<f8", "(2, 2)", [4, 0, 0, 9])));
        using DisposeScope scope = NewDisposeScope();
        using FeatureStatistics statistics = ReferenceStatistics.Load(path, "Inception-v3", 2);
        using var other = FeatureStatistics.FromMoments(tensor(new double[] { 0, 0 }), eye(2));

        Assert.Equal(1 + 4 + (2 - 1) * (2 - 1) + ((3 - 1) * (3 - 1)), FrechetDistance.Between(statistics, other), 1e-9);
    }

    [Fact]
    public void Statistics_that_do_not_fit_are_refused()
    {
        string path = Write(("mu", Array("<f8", "(2,)", [1, 2])), ("sigma", Array("<f8", "(2, 2)", [4, 0, 0, 9])));
        string flat = Write(("mu", Array("<f8", "(2,)", [1, 2])), ("sigma", Array("<f8", "(4,)", [4, 0, 0, 9])));
        string infinite = Write(("mu", Array("<f8", "(1,)", [1])), ("sigma", Array("<f8", "(1, 1)", [double.NaN])));

        Assert.Contains("2 features, and ResNet-18 computes 512", Fails(path, "ResNet-18", 512));
        Assert.Contains("pt_inception-2015-12-05", Fails(path, "ResNet-18", 512));
        Assert.Contains("`sigma` of (4), expected (D) and (D, D)", Fails(flat, "Inception-v3", 2));
        Assert.Contains("not finite", Fails(infinite, "Inception-v3", 1));

        static string Fails(string path, string network, int dimensions) =>
            Assert.Throws<AttnGanException>(() => ReferenceStatistics.Load(path, network, dimensions)).Message;
    }

    public void Dispose() => _folder.Dispose();

    private static string Refused(string path) => Assert.Throws<AttnGanException>(() => NpzFile.Read(path, "mu")).Message;

    private string Write(params (string Name, byte[] Bytes)[] entries)
    {
        string path = _folder.File($"{Guid.NewGuid():N}.npz");
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, byte[] bytes) in entries)
        {
            using Stream stream = archive.CreateEntry($"{name}.npy").Open();
            stream.Write(bytes);
        }

        return path;
    }

    /// <summary>Writes an array in NumPy's format (numpy.lib.format), versions 1 and 2.</summary>
    private static byte[] Array(
        string type, string shape, double[] values, int version = 1, int? headerLength = null, bool isColumnMajor = false)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {isColumnMajor}, 'shape': {shape}, }}";
        int prefix = version == 1 ? 10 : 12;
        header = header.PadRight((headerLength ?? 128 - prefix) - 1) + "\n";
        byte[] length = new byte[prefix - 8];
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)header.Length);
        }

        return
        [
            0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.ASCII.GetBytes(header),
            .. values.SelectMany(value => type == "<f4" ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes(value)),
        ];
    }
}
