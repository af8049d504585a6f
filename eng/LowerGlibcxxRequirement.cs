using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF library and drops its need for <c>GLIBCXX_3.4.32</c>.
/// <para>
/// The one symbol of that version, <c>std::ios_base_library_init()</c>, only makes the linker keep libstdc++'s stream
/// initializer; calling it does nothing. The copy binds the call to <c>floor</c> instead (imported already, no side effect,
/// no stack arguments) and renames the version entry to <c>GLIBCXX_3.4.30</c>, which the library needs anyway.
/// </para>
/// </summary>
public class LowerGlibcxxRequirement : Task
{
    private const string SurplusSymbol = "_ZSt21ios_base_library_initv";
    private const string SurplusVersion = "GLIBCXX_3.4.32";
    private const string AvailableVersion = "GLIBCXX_3.4.30";
    private const string HarmlessSymbol = "floor";

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        if (File.Exists(Destination) && File.GetLastWriteTimeUtc(Destination) > File.GetLastWriteTimeUtc(Source))
        {
            return true;
        }

        byte[] elf = File.ReadAllBytes(Source);
        try
        {
            Patch(elf);
        }
        catch (InvalidDataException unexpected)
        {
            Log.LogError(
                "{0} is not the library this step knows: {1} Expected exactly one symbol of version {2}, {3}. " +
                "If TorchSharp was updated, check `readelf -V` and adapt or remove eng/NativeCompatibility.targets.",
                Source, unexpected.Message, SurplusVersion, SurplusSymbol);
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string temporary = Destination + ".tmp";
        File.WriteAllBytes(temporary, elf);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    private static void Patch(byte[] elf)
    {
        // ELF header and section headers of a 64-bit little-endian file.
        if (elf.Length < 64 || BitConverter.ToUInt32(elf, 0) != 0x464C457F || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("not a 64-bit little-endian ELF file.");
        }

        Section symbols = FindSection(elf, 11);   // SHT_DYNSYM
        Section versions = FindSection(elf, 0x6FFFFFFF); // SHT_GNU_versym
        Section needs = FindSection(elf, 0x6FFFFFFE); // SHT_GNU_verneed
        Section strings = SectionAt(elf, symbols.Link);

        int surplusEntry = FindNeededVersion(elf, needs, strings, SurplusVersion);
        int availableEntry = FindNeededVersion(elf, needs, strings, AvailableVersion);
        ushort surplusIndex = BitConverter.ToUInt16(elf, surplusEntry + 6);

        int surplus = -1;
        int harmless = -1;
        int count = symbols.Size / 24;
        for (int i = 0; i < count; i++)
        {
            string name = ReadString(elf, strings.Offset + (int)BitConverter.ToUInt32(elf, symbols.Offset + i * 24));
            bool ofSurplusVersion = (BitConverter.ToUInt16(elf, versions.Offset + i * 2) & 0x7FFF) == surplusIndex;
            if (ofSurplusVersion && name != SurplusSymbol)
            {
                throw new InvalidDataException("it also imports " + name + " of that version.");
            }

            surplus = ofSurplusVersion ? i : surplus;
            harmless = name == HarmlessSymbol ? i : harmless;
        }

        if (surplus < 0 || harmless < 0)
        {
            throw new InvalidDataException("it does not import " + (surplus < 0 ? SurplusSymbol : HarmlessSymbol) + ".");
        }

        Array.Copy(elf, symbols.Offset + harmless * 24, elf, symbols.Offset + surplus * 24, 4);   // st_name
        Array.Copy(elf, versions.Offset + harmless * 2, elf, versions.Offset + surplus * 2, 2);   // version index
        Array.Copy(elf, availableEntry, elf, surplusEntry, 4);                                    // vna_hash
        Array.Copy(elf, availableEntry + 8, elf, surplusEntry + 8, 4);                            // vna_name
    }

    private static int FindNeededVersion(byte[] elf, Section needs, Section strings, string version)
    {
        int need = needs.Offset;
        while (true)
        {
            int entry = need + (int)BitConverter.ToUInt32(elf, need + 8);
            for (int i = BitConverter.ToUInt16(elf, need + 2); i > 0; i--)
            {
                if (ReadString(elf, strings.Offset + (int)BitConverter.ToUInt32(elf, entry + 8)) == version)
                {
                    return entry;
                }

                entry += (int)BitConverter.ToUInt32(elf, entry + 12);
            }

            uint next = BitConverter.ToUInt32(elf, need + 12);
            if (next == 0)
            {
                throw new InvalidDataException("it does not ask for " + version + ".");
            }

            need += (int)next;
        }
    }

    private static Section FindSection(byte[] elf, uint type)
    {
        int count = BitConverter.ToUInt16(elf, 60);
        for (int i = 0; i < count; i++)
        {
            Section section = SectionAt(elf, i);
            if (section.Type == type)
            {
                return section;
            }
        }

        throw new InvalidDataException("it has no section of type " + type + ".");
    }

    private static Section SectionAt(byte[] elf, int index)
    {
        int header = (int)BitConverter.ToUInt64(elf, 40) + index * BitConverter.ToUInt16(elf, 58);
        return new Section
        {
            Type = BitConverter.ToUInt32(elf, header + 4),
            Offset = (int)BitConverter.ToUInt64(elf, header + 24),
            Size = (int)BitConverter.ToUInt64(elf, header + 32),
            Link = (int)BitConverter.ToUInt32(elf, header + 40),
        };
    }

    private static string ReadString(byte[] elf, int offset)
    {
        int end = Array.IndexOf(elf, (byte)0, offset);
        return Encoding.ASCII.GetString(elf, offset, end - offset);
    }

    private struct Section
    {
        public uint Type;
        public int Offset;
        public int Size;
        public int Link;
    }
}
