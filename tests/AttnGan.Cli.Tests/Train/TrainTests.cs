using System.Text.RegularExpressions;
namespace AttnGan.Cli.Tests.Train;

public sealed class TrainTests
{
    private static readonly string[] s_endless = ["--set", "damsm.epochs=100000"];

    [Fact]
    public void Training_without_a_terminal_prints_plain_lines_and_leaves_checkpoints_of_both_parts()
    {
        using var workspace = new Workspace();

        AttnganProcess.Result training = workspace.Run(Workspace.Train()).HasExitCode(0);

        Assert.Contains("damsm epoch 1/1, step 1/3", training.Output);
        Assert.Contains("gan epoch 1/1, step 1/3", training.Output);
        Assert.Contains("damsm epoch 1 ended: ", training.Output);
        Assert.NotEmpty(workspace.Checkpoints("damsm"));
        Assert.NotEmpty(workspace.Checkpoints("gan"));
        Assert.DoesNotContain('\u001b', training.Output);
    }

    [Fact]
    public void The_parts_train_separately_and_a_dry_run_writes_no_files()
    {
        using var workspace = new Workspace();

        string dry = workspace.Run([.. Workspace.Train("--dry-run"), "--set", "gan.epochs=7"]).HasExitCode(0).Output;
        Assert.Contains("gan: 7 epochs of 3 steps (21 in total), batch size 3", dry);
        Assert.Contains("name: \"tiny-test\"", dry);
        Assert.Contains("discriminator 32", dry);
        Assert.False(Directory.Exists(workspace.PathOf("run")));

        string[] rest = Workspace.Train()[1..];
        Assert.Contains("train damsm", workspace.Run(["train", "gan", .. rest]).HasExitCode(1).Error);
        workspace.Run(["train", "damsm", .. rest]).HasExitCode(0);
        Assert.Empty(workspace.Checkpoints("gan"));
        workspace.Run(["train", "gan", .. rest]).HasExitCode(0);
        Assert.NotEmpty(workspace.Checkpoints("gan"));

        string damsm = workspace.PathOf("run/damsm/checkpoints/best.safetensors");
        string elsewhere = string.Join(' ', rest).Replace("--run run", "--run second", StringComparison.Ordinal);
        workspace.Run(["train", "gan", .. elsewhere.Split(' '), "--damsm", damsm]).HasExitCode(0);

        // The GAN's checkpoints contain the DAMSM, so its file is no longer needed.
        File.Delete(damsm);
        string[] resume = ["train", "gan", "--data", "data", "--run", "second", "--resume", "--set", "gan.epochs=2", "--threads", "1"];
        workspace.Run(resume).HasExitCode(0);
    }

    [Fact]
    public void A_dry_run_says_which_words_have_a_pretrained_vector()
    {
        using var workspace = new Workspace();
        string numbers = string.Join(' ', Enumerable.Repeat("0.5", 16));
        File.WriteAllLines(workspace.PathOf("vectors.txt"), [$"red {numbers}", $"green {numbers}", $"circle {numbers}"]);

        string dry = workspace.Run(Workspace.Train("--dry-run", "--set", "text_encoder.pretrained=vectors.txt")).HasExitCode(0).Output;

        Assert.Contains("3 of 10 words of the vocabulary have a vector in `vectors.txt`; the others begin with random values: ", dry);
    }

    [Fact]
    public void A_configuration_is_chosen_for_data_as_the_command_line_reads_it()
    {
        using var workspace = new Workspace();
        string metadata = workspace.PathOf("data/metadata.jsonl");
        string[] lines = File.ReadAllLines(metadata);
        string[] renamed = [.. lines.Select(line => Regex.Replace(line, "\"(text|captions?)\":", "\"title\":"))];
        Assert.DoesNotContain(renamed.Zip(lines), pair => pair.First == pair.Second);
        File.WriteAllLines(metadata, renamed);
        string[] train = ["train", "damsm", "--data", "data", "--run", "run", "--threads", "1", "--dry-run"];

        workspace.Run(train).HasExitCode(1);
        Assert.Contains(
            "11 images of about 32 pixels, 22 captions", workspace.Run([.. train, "--caption-key", "title"]).HasExitCode(0).Output);
    }

    [Fact]
    public void Without_a_configuration_one_is_chosen_for_the_data()
    {
        using var workspace = new Workspace();
        string[] train = ["train", "damsm", "--data", "data", "--run", "run", "--threads", "1"];
        const string Title = "No configuration was given (`--config`)";

        string dry = workspace.Run([.. train, "--dry-run"]).HasExitCode(0).Output;
        Assert.Contains(Title, dry);
        Assert.Contains("data: 11 images of about 32 pixels, 22 captions of up to 5 words (10 different ones), no classes", dry);
        Assert.Contains("name: \"data\"", dry);
        Assert.False(Directory.Exists(workspace.PathOf("run")));

        string training = workspace.Run([.. train, "--set", "damsm.epochs=1"]).HasExitCode(0).Output;
        Assert.Contains(Title, training);
        Assert.Contains("  flips on: 0 of 22 captions name left or right", File.ReadAllText(workspace.PathOf("run/choice.txt")));
        Assert.Contains("trunk: compact", File.ReadAllText(workspace.PathOf("run/config.yml")));

        // The run has a configuration now.
        string[] resume = [.. train, "--resume", "--set", "damsm.epochs=2"];
        Assert.DoesNotContain(Title, workspace.Run(resume).HasExitCode(0).Output);
    }

    [Fact]
    public void A_dry_run_reports_everything_that_would_prevent_the_first_step()
    {
        using var workspace = new Workspace();
        string[] rest = Workspace.Train("--dry-run")[1..];

        Assert.Contains("no trained DAMSM", workspace.Run(["train", "gan", .. rest]).HasExitCode(1).Error);
        Assert.Contains("`nowhere.safetensors`", DryRunError("--independent", "nowhere.safetensors"));
        Assert.Contains("Batch size 1000", DryRunError("--set", "gan.batch_size=1000"));
        File.WriteAllText(workspace.PathOf("paper.yml"), "damsm: { batch_size: 3 }");
        Assert.Contains("image_encoder.weights", workspace.Run(
            "train", "--data", "data", "--config", "paper.yml", "--run", "run", "--dry-run", "--threads", "1").HasExitCode(1).Error);
        Assert.False(Directory.Exists(workspace.PathOf("run")));

        workspace.Run(Workspace.Train()).HasExitCode(0);
        Assert.Contains("already contains a", workspace.Run(Workspace.Train("--dry-run")).HasExitCode(1).Error);
        Assert.Contains("do not fit", workspace.Run(Workspace.Resume("--dry-run", "--set", "generator.width=8")).HasExitCode(1).Error);

        string DryRunError(params string[] more) => workspace.Run(Workspace.Train(["--dry-run", .. more])).HasExitCode(1).Error;
    }

    [Fact]
    public void A_dry_run_of_an_existing_run_uses_its_vocabulary_and_changes_no_files()
    {
        using var workspace = new Workspace();
        workspace.Run(Workspace.Train()).HasExitCode(0);
        string interrupted = workspace.PathOf("run/gan/checkpoints/gan-00000009.safetensors.0123456789abcdef.tmp");
        File.WriteAllText(interrupted, "another process may be writing this");
        string metadata = workspace.PathOf("data/metadata.jsonl");
        File.WriteAllText(metadata, File.ReadAllText(metadata).Replace("on white", "on white paper", StringComparison.Ordinal));
        string[] before = Files();

        string dry = workspace.Run(Workspace.Resume("--dry-run")).HasExitCode(0).Output;

        string[] words = System.Text.Json.JsonSerializer.Deserialize<string[]>(File.ReadAllText(workspace.PathOf("run/vocabulary.json")))!;
        Assert.DoesNotContain("paper", words);
        Assert.Contains($"vocabulary {words.Length} words", dry);
        Assert.Contains("gan: 1 epochs", dry);
        Assert.DoesNotContain("damsm: 1 epochs", dry);
        Assert.Equal(before, Files());

        string[] Files() =>
        [
            .. Directory.GetFiles(workspace.PathOf("run"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(path => $"{path} {new FileInfo(path).Length} {File.GetLastWriteTimeUtc(path):O}"),
        ];
    }

    [Fact]
    public void The_default_configuration_is_that_of_the_run_or_of_the_DAMSM()
    {
        using var workspace = new Workspace();
        workspace.Run(["train", "damsm", .. Workspace.Train()[1..]]).HasExitCode(0);
        string own = File.ReadAllText(workspace.PathOf("run/config.yml"));

        workspace.Run("train", "gan", "--data", "data", "--run", "run", "--threads", "1").HasExitCode(0);
        Assert.Equal(own, File.ReadAllText(workspace.PathOf("run/config.yml")));

        workspace.Run(
            "train", "gan", "--data", "data", "--run", "second", "--damsm", "run", "--threads", "1", "--set", "name=second")
            .HasExitCode(0);
        Assert.Equal(
            own.Replace("tiny-test", "second", StringComparison.Ordinal), File.ReadAllText(workspace.PathOf("second/config.yml")));
        Assert.Contains(
            "The folder `run/damsm` has no trained GAN",
            workspace.Run("train", "gan", "--data", "data", "--run", "third", "--grow", "run/damsm").HasExitCode(1).Error);
    }

    [Fact]
    public void Skipped_files_cause_warnings_in_training_and_dry_run()
    {
        using var workspace = new Workspace();
        for (int i = 0; i < 12; i++)
        {
            File.Copy(workspace.PathOf("data/00.png"), workspace.PathOf($"data/more-{i:00}.png"));
        }

        foreach (string[] arguments in new[] { Workspace.Train("--dry-run"), Workspace.Train() })
        {
            string error = workspace.Run(arguments).HasExitCode(0).Error;
            Assert.Contains("warning: more-00.png: metadata.jsonl does not name this image, so it is not used.", error);
            Assert.Contains("warning: more-02.png: ", error);
            Assert.DoesNotContain("more-03.png", error);
            Assert.Contains("(9 more of this kind)", error);
        }
    }

    [Fact]
    public void A_rejected_training_does_not_change_the_configuration_of_the_run()
    {
        using var workspace = new Workspace();
        workspace.Run(Workspace.Train()).HasExitCode(0);
        string before = File.ReadAllText(workspace.PathOf("run/config.yml"));

        string error = workspace.Run(Workspace.Train("--set", "gan.epochs=9")).HasExitCode(1).Error;

        Assert.Contains("--resume", error);
        Assert.Equal(before, File.ReadAllText(workspace.PathOf("run/config.yml")));
        Assert.Contains("do not fit", workspace.Run(Workspace.Resume("--set", "generator.width=8")).HasExitCode(1).Error);
        Assert.Contains("Batch size 1000", workspace.Run(Workspace.Resume("--set", "gan.batch_size=1000")).HasExitCode(1).Error);
        Assert.Equal(before, File.ReadAllText(workspace.PathOf("run/config.yml")));
    }

    [Fact]
    public void A_training_that_does_not_start_leaves_no_configuration()
    {
        using var workspace = new Workspace();

        Assert.Contains("Batch size 1000", workspace.Run(Workspace.Train("--set", "damsm.batch_size=1000")).HasExitCode(1).Error);

        Assert.Empty(Directory.EnumerateFiles(workspace.Root, "config.yml", SearchOption.AllDirectories));
        workspace.Run(["train", "damsm", .. Workspace.Train()[1..]]).HasExitCode(0);
    }

    [Theory]
    [InlineData(AttnganProcess.SigInt, 130)]
    [InlineData(AttnganProcess.SigTerm, 143)]
    public void A_signal_saves_the_run_which_can_be_resumed(int signal, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test sends POSIX signals.");
        using var workspace = new Workspace();
        using (var training = AttnganProcess.Start(workspace.Root, Workspace.Train(s_endless)))
        {
            training.WaitUntil("a step has finished", () => training.Output.Contains("damsm epoch", StringComparison.Ordinal));
            training.Signal(signal);
            AttnganProcess.Result result = training.WaitForExit().HasExitCode(exitCode);

            Assert.Contains("attngan train --data data --run run --resume", result.Error);
            Assert.Contains($"step {workspace.LastStep("damsm")} is saved", result.Error);
        }

        // The run's own configuration applies, except for at least one more whole epoch.
        long epochs = (workspace.LastStep("damsm") / Workspace.StepsPerEpoch) + 2;
        string resumed = workspace.Run(Workspace.Resume("--set", $"damsm.epochs={epochs}")).HasExitCode(0).Output;
        Assert.Equal(epochs * Workspace.StepsPerEpoch, workspace.LastStep("damsm"));
        Assert.Equal(Workspace.StepsPerEpoch, workspace.LastStep("gan"));
        Assert.Contains("The training is complete", resumed);
    }

    [Fact]
    public void A_killed_training_resumes_and_completes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test sends POSIX signals.");
        using var workspace = new Workspace();
        using (var training = AttnganProcess.Start(workspace.Root, Workspace.Train("--set", "gan.epochs=100000")))
        {
            training.WaitUntil("the GAN has a checkpoint", () => workspace.Checkpoints("gan").Length > 0);
            training.Signal(AttnganProcess.SigKill);
            training.WaitForExit();
        }

        long epochs = (workspace.LastStep("gan") / Workspace.StepsPerEpoch) + 2;
        string resumed = workspace.Run(Workspace.Resume("--set", $"gan.epochs={epochs}")).HasExitCode(0).Output;

        Assert.DoesNotContain("damsm epoch", resumed);
        Assert.Equal(epochs * Workspace.StepsPerEpoch, workspace.LastStep("gan"));
        Assert.Contains("The training is complete", resumed);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_previous_one_is_suggested()
    {
        using var workspace = new Workspace();
        workspace.Run(["train", "damsm", .. Workspace.Train()[1..]]).HasExitCode(0);
        string[] checkpoints = workspace.Checkpoints("damsm");
        Assert.True(checkpoints.Length >= 2);
        byte[] bytes = File.ReadAllBytes(checkpoints[^1]);
        bytes[^100] ^= 0xff;
        File.WriteAllBytes(checkpoints[^1], bytes);

        string error = workspace.Run(Workspace.Resume()).HasExitCode(1).Error;

        Assert.Contains(Path.GetFileName(checkpoints[^1]), error);
        Assert.Contains("--checkpoint ", error);
        Assert.Contains(Path.GetFileName(checkpoints[^2]), error);
        workspace.Run(Workspace.Resume("--checkpoint", checkpoints[^2])).HasExitCode(0);
        Assert.NotEmpty(workspace.Checkpoints("gan"));
    }

    [Fact]
    public void All_settings_are_checked_before_training_starts()
    {
        using var workspace = new Workspace();

        string[] arguments = Workspace.Train("--set", "gan.batch_sise=3", "--set", "foo", "--set", "damsm.epochs=-1");
        string error = workspace.Run(arguments).HasExitCode(1).Error;

        Assert.All(["gan.batch_size", "`--set foo`", "damsm.epochs"], part => Assert.Contains(part, error));
        Assert.False(Directory.Exists(workspace.PathOf("run")));
    }

    [Fact]
    public void An_empty_folder_cannot_be_resumed()
    {
        using var workspace = new Workspace();

        Assert.Contains("no training to resume", workspace.Run(Workspace.Resume()).HasExitCode(1).Error);
    }

    [Fact]
    public void Two_trainings_cannot_share_a_run()
    {
        using var workspace = new Workspace();
        using var first = AttnganProcess.Start(workspace.Root, Workspace.Train(s_endless));
        first.WaitUntil("a step has finished", () => first.Output.Contains("damsm epoch", StringComparison.Ordinal));

        Assert.Contains("in use", workspace.Run(Workspace.Resume()).HasExitCode(1).Error);
    }

    [Fact]
    public void A_run_folder_that_is_moved_during_training_is_reported_and_resumes()
    {
        using var workspace = new Workspace();
        using var training = AttnganProcess.Start(
            workspace.Root, ["train", "damsm", .. Workspace.Train()[1..], .. s_endless, "--set", "logging.checkpoint_every=2"]);
        training.WaitUntil("a checkpoint is saved", () => workspace.Checkpoints("damsm").Length > 0);

        Directory.Move(workspace.PathOf("run"), workspace.PathOf("moved"));

        string error = training.WaitForExit().HasExitCode(1).Error;
        Assert.Contains("error: The run folder `run` is gone", error);
        Assert.DoesNotContain("bug", error);
        Directory.Move(workspace.PathOf("moved"), workspace.PathOf("run"));
        long step = workspace.LastStep("damsm");
        workspace.Run(["train", "damsm", .. Workspace.Resume("--set", $"damsm.epochs={(step / Workspace.StepsPerEpoch) + 1}")[1..]])
            .HasExitCode(0);
    }
}
