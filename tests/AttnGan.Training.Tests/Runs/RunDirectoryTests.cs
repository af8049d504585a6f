using AttnGan.Training.Runs;

namespace AttnGan.Training.Tests.Runs;

public sealed class RunDirectoryTests
{
    [Fact]
    public void A_new_run_creates_the_documented_folders()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("runs/first");
        using var run = RunDirectory.Open(path);
        run.Gan.Begin(resume: false);

        Assert.Equal(Path.Combine(path, "config.yml"), run.ConfigPath);
        Assert.Equal(Path.Combine(path, "vocabulary.json"), run.VocabularyPath);
        Assert.Equal(Path.Combine(path, "gan", "log.jsonl"), run.Gan.Log);
        Assert.Equal("damsm", run.Damsm.Kind);
        Assert.False(Directory.Exists(run.Damsm.Path));
        Assert.All(
            new[] { "checkpoints", "samples", "tensorboard" },
            name => Assert.True(Directory.Exists(Path.Combine(path, "gan", name))));
    }

    [Fact]
    public void Two_trainings_cannot_write_one_run()
    {
        using var folder = new TemporaryDirectory();
        var first = RunDirectory.Open(folder.Path);
        AttnGanException exception = Assert.Throws<AttnGanException>(() => RunDirectory.Open(folder.Path));
        Assert.Contains($"`{folder.Path}` is in use by another training", exception.Message, StringComparison.Ordinal);

        first.Dispose();
        RunDirectory.Open(folder.Path).Dispose();
    }

    [Fact]
    public void A_started_training_resumes_on_request_only()
    {
        using var folder = new TemporaryDirectory();
        using var run = RunDirectory.Open(folder.Path);
        run.Damsm.Begin(resume: false);
        File.WriteAllText(run.Damsm.Log, "{}\n");

        AttnGanException exception = Assert.Throws<AttnGanException>(() => run.Damsm.Begin(resume: false));
        Assert.Contains("already contains a damsm training. Add `--resume`", exception.Message, StringComparison.Ordinal);
        run.Damsm.Begin(resume: true);
        run.Gan.Begin(resume: false);
    }

    [Fact]
    public void Resuming_requires_a_started_training()
    {
        using var folder = new TemporaryDirectory();
        using var run = RunDirectory.Open(folder.Path);
        AttnGanException exception = Assert.Throws<AttnGanException>(() => run.Gan.Begin(resume: true));
        Assert.Contains("contains no gan training to resume", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_other_files_is_refused()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("thesis.txt"), "");
        AttnGanException exception = Assert.Throws<AttnGanException>(() => RunDirectory.Open(folder.Path));
        Assert.Contains("is not empty and is not the folder of a run", exception.Message, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_copied_run_is_recognized_by_its_configuration()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("config.yml"), "name: copy\n");
        using var run = RunDirectory.Open(folder.Path);
        Assert.True(File.Exists(run.ConfigPath));
    }

    [Fact]
    public void A_path_that_is_a_file_is_refused()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("file"), "");
        Assert.Throws<AttnGanException>(() => RunDirectory.Open(folder.File("file")));
    }
}
