using System.Collections.Concurrent;

namespace AttnGan.Architecture.Tests;

/// <summary>Folders are floors: a folder uses only those above it, and no two folders use each other (docs/architecture.md).</summary>
public sealed class ArchitectureTests
{
    /// <summary>The floors of the training library, from the one that uses nothing to the one that uses all.</summary>
    private static readonly string[] s_trainingFloors =
    [
        "Configuration",
        "Formats",
        "Onnx",
        "Torch",
        "Distributed",
        "Layers",
        "Checkpoints",
        "Data",
        "Encoders",
        "Discriminators",
        "Generator",
        "Losses",
        "Optimizers",
        "Runs",
        "Export",
        "Import",
        "Evaluation",
        "Trainers",
    ];

    private static readonly ConcurrentDictionary<string, IReadOnlyList<FileUse>> s_uses = [];

    [Fact]
    public void Training_floors_use_only_floors_above_them() =>
        AssertNone(Floors.OutOfOrder(UsesOf("AttnGan.Training"), s_trainingFloors));

    [Theory]
    [InlineData("AttnGan")]
    [InlineData("AttnGan.Training")]
    [InlineData("AttnGan.Extensions.AI")]
    [InlineData("AttnGan.Server")]
    [InlineData("AttnGan.Cli")]
    [InlineData("AttnGan.Train.Cli")]
    public void Folders_of_a_project_form_no_cycle(string project)
    {
        // Files at the root of a project are its entry points or its vocabulary; they belong to no floor.
        AssertNone(Floors.Cycles(UsesOf(project), file => Floors.FloorOf(file) is { Length: > 0 } floor ? floor : null));
    }

    [Theory]
    [InlineData("AttnGan.Training")]
    public void Subfolders_of_a_floor_form_no_cycle(string project) =>
        AssertNone(Floors.Cycles(UsesOf(project), file => file.Split('/') is [var floor, var folder, _, ..] ? $"{floor}/{folder}" : null));

    [Fact]
    public void Every_project_has_uses_between_its_files()
    {
        // Guards the tests above: where symbols no longer resolve, there would be no uses, and no violations either.
        Assert.True(UsesOf("AttnGan").Count > 100);
        Assert.True(UsesOf("AttnGan.Training").Count > 500);
        Assert.True(UsesOf("AttnGan.Server").Count > 100);
        Assert.True(UsesOf("AttnGan.Cli").Count > 50);
        Assert.True(UsesOf("AttnGan.Train.Cli").Count > 50);
    }

    [Fact]
    public void A_violation_names_both_files()
    {
        var project = SourceProject.Of(
            "/project",
            [
                ("Losses/Loss.cs", "namespace P.Losses; class Loss { P.Trainers.Trainer? trainer; }"),
                ("Trainers/Trainer.cs", "namespace P.Trainers; class Trainer { P.Losses.Loss? loss; }"),
                ("Runs/Run.cs", "namespace P.Runs; class Run { P.Losses.Loss? loss; }"),
            ]);

        Assert.Equal(
            ["Losses/Loss.cs uses Trainer of Trainers/Trainer.cs: `Losses` is a floor above `Trainers` and must not use it."],
            Floors.OutOfOrder(project.Uses(), ["Losses", "Runs", "Trainers"]));
        Assert.Equal(
            [
                "Losses/Loss.cs uses Trainer of Trainers/Trainer.cs: `Losses` and `Trainers` use each other.",
                "Trainers/Trainer.cs uses Loss of Losses/Loss.cs: `Trainers` and `Losses` use each other.",
            ],
            Floors.Cycles(project.Uses(), Floors.FloorOf));
    }

    [Fact]
    public void Longer_cycles_and_extension_methods_are_found()
    {
        var project = SourceProject.Of(
            "/project",
            [
                ("A/A.cs", "using P.B; namespace P.A; class A { int X => 1.Twice(); }"),
                ("B/B.cs", "namespace P.B; static class B { public static int Twice(this int x) => P.C.C.Two * x; }"),
                ("C/C.cs", "namespace P.C; static class C { public const int Two = 2; static P.A.A? a; }"),
                ("D/D.cs", "namespace P.D; class D { P.A.A? a; }"),
            ]);

        Assert.Equal(3, Floors.Cycles(project.Uses(), Floors.FloorOf).Count);
    }

    private static IReadOnlyList<FileUse> UsesOf(string project) =>
        s_uses.GetOrAdd(project, _ => SourceProject.Read(Path.Combine(Repository.Root, "src", project)).Uses());

    // Assert.Empty cuts its items, and with them the names of the files.
    private static void AssertNone(IReadOnlyList<string> violations)
    {
        if (violations.Count > 0)
        {
            Assert.Fail(string.Join('\n', violations));
        }
    }
}
