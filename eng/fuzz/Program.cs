using System.Runtime.InteropServices;
using AttnGan.Fuzz;
using SharpFuzz;
using SharpFuzz.Common;

// AttnGan.Fuzz TARGET                 under afl-fuzz: see run.sh
// AttnGan.Fuzz TARGET FILE...         reads files, such as those that afl-fuzz found
// AttnGan.Fuzz TARGET --seeds DIR     writes the files that afl-fuzz starts from; run it at the root of the repository
if (args is not [string name, .. string[] rest] || !Targets.Names.Contains(name))
{
    Console.Error.WriteLine($"usage: AttnGan.Fuzz {string.Join('|', Targets.Names)} [FILE...|--seeds DIR]");
    return 2;
}

// Instrumented code counts here until it gets the memory of afl-fuzz; without any, it crashes.
unsafe
{
    const nuint MapSize = 1 << 16;
    Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize);
}

Action<byte[]> read = Targets.Create(name);
switch (rest)
{
    case []:
        // The reader has a process of its own: afl-fuzz then survives what .NET does not, such as a stack overflow.
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            Checked.Read(read, bytes.ToArray());
        });
        return 0;
    case ["--seeds", string folder]:
        Console.WriteLine($"{Seeds.Write(name, folder)} files in {folder}");
        return 0;
    default:
        int defects = 0;
        foreach (string file in rest)
        {
            defects += Checked.Report(read, file) ? 0 : 1;
        }

        return defects == 0 ? 0 : 1;
}
