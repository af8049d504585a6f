using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace AttnGan.Training.Formats.Numpy;

/// <summary>Reads arrays of floating-point numbers from NumPy's <c>.npz</c> files (<c>numpy.savez</c>), without Python.</summary>
internal static partial class NpzFile
{
    private const int MaxElements = 1 << 26;

    /// <summary>Reads arrays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The names of the arrays, all of which must be there.</param>
    /// <exception cref="AttnGanException">Thrown when the file cannot be read, is damaged, or lacks an array.</exception>
    public static IReadOnlyDictionary<string, NumpyArray> Read(string path, params IEnumerable<string> names)
    {
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return names.ToDictionary(name => name, name => ReadEntry(archive, name));
        }
        catch (FormatException error)
        {
            throw new AttnGanException($"`{path}`: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new AttnGanException($"`{path}` cannot be read as an .npz file: {error.Message}", error);
        }
    }

    private static NumpyArray ReadEntry(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.GetEntry($"{name}.npy") ?? throw new FormatException(
            $"there is no array `{name}`, only: {string.Join(", ", archive.Entries.Select(found => found.FullName))}.");
        using Stream stream = entry.Open();
        using var reader = new BinaryReader(stream);
        byte[] magic = reader.ReadBytes(8); // ends in the format's version
        if (magic is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', _, _])
        {
            throw new FormatException($"`{name}` is not an array of NumPy.");
        }

        long headerLength = magic[6] == 1 ? reader.ReadUInt16() : reader.ReadUInt32();
        if (headerLength > 65536)
        {
            throw new FormatException($"the header of `{name}` has {headerLength} bytes, expected at most 65536.");
        }

        string header = Encoding.UTF8.GetString(reader.ReadBytes((int)headerLength));
        int[] shape =
        [
            .. Shape().Match(header).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1),
        ];
        string type = Type().Match(header).Groups[1].Value;
        bool isColumnMajor = header.Contains("'fortran_order': True", StringComparison.Ordinal);
        long count = 1;
        foreach (int side in shape)
        {
            count = side < 0 || count > MaxElements ? -1 : count * side;
        }

        if (count is < 0 or > MaxElements || type is not ("<f8" or "<f4") || (isColumnMajor && shape.Length > 1))
        {
            throw new FormatException(
                $"`{name}` is `{header.Trim()}`, expected little-endian floating-point numbers in row-major order, at most {MaxElements}.");
        }

        double[] values = new double[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type == "<f8" ? reader.ReadDouble() : reader.ReadSingle();
        }

        return new NumpyArray(shape, values);
    }

    [GeneratedRegex(@"'shape':\s*\(([0-9, ]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr':\s*'([^']*)'")]
    private static partial Regex Type();
}

/// <param name="Shape">The sides.</param>
/// <param name="Values">The values in row-major order.</param>
internal sealed record NumpyArray(IReadOnlyList<int> Shape, double[] Values);
