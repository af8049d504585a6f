namespace AttnGan.Cli.Tests.Train;

public sealed class TrainTests
{
    private static readonly string[] s_endless = ["--set", "damsm.epochs=100000"];

    [Fact]
    public void Training_without_a_terminal_prints_plain_lines_and_leaves_checkpoints_of_both_halves()
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
    public void Halves_train_one_by_one_and_a_dry_run_writes_nothing()
    {
        using var workspace = new Workspace();

        string dry = workspace.Run([.. Workspace.Train("--dry-run"), "--set", "gan.epochs=7"]).HasExitCode(0).Output;
        Assert.Contains("gan: 7 epochs of 3 steps (21 in all) with 3 images each", dry);
        Assert.Contains("name: \"tiny-test\"", dry);
        Assert.Contains("discriminator 32", dry);
        Assert.False(Directory.Exists(workspace.PathOf("run")));

        string[] rest = Workspace.Train()[1..];
        Assert.Contains("train damsm", workspace.Run(["train", "gan", .. rest]).HasExitCode(1).Error);
        workspace.Run(["train", "damsm", .. rest]).HasExitCode(0);
        Assert.Empty(workspace.Checkpoints("gan"));
        workspace.Run(["train", "gan", .. rest]).HasExitCode(0);
        Assert.NotEmpty(workspace.Checkpoints("gan"));

        string expert = workspace.PathOf("run/damsm/checkpoints/best.safetensors");
        string elsewhere = string.Join(' ', rest).Replace("--run run", "--run second", StringComparison.Ordinal);
        workspace.Run(["train", "gan", .. elsewhere.Split(' '), "--damsm", expert]).HasExitCode(0);

        // The expert is in the GAN's own checkpoints: it may have gone from where it was.
        File.Delete(expert);
        workspace.Run("train", "gan", "--data", "data", "--run", "second", "--resume", "--set", "gan.epochs=2", "--threads", "1").HasExitCode(0);
    }

    [Fact]
    public void A_dry_run_finds_what_would_keep_the_training_from_its_first_step()
    {
        using var workspace = new Workspace();
        string[] rest = Workspace.Train("--dry-run")[1..];

        Assert.Contains("no trained DAMSM", workspace.Run(["train", "gan", .. rest]).HasExitCode(1).Error);
        Assert.Contains("`nowhere.safetensors`", workspace.Run(Workspace.Train("--dry-run", "--judge", "nowhere.safetensors")).HasExitCode(1).Error);
        Assert.Contains("Batch size 1000", workspace.Run(Workspace.Train("--dry-run", "--set", "gan.batch_size=1000")).HasExitCode(1).Error);
        Assert.Contains("image_encoder.weights", workspace.Run(
            "train", "--data", "data", "--run", "run", "--dry-run", "--threads", "1", "--set", "damsm.batch_size=3").HasExitCode(1).Error);
        Assert.False(Directory.Exists(workspace.PathOf("run")));

        workspace.Run(Workspace.Train()).HasExitCode(0);
        Assert.Contains("already contains a", workspace.Run(Workspace.Train("--dry-run")).HasExitCode(1).Error);
        Assert.Contains("do not fit", workspace.Run(Workspace.Resume("--dry-run", "--set", "generator.width=8")).HasExitCode(1).Error);
    }

    [Fact]
    public void A_dry_run_of_a_run_that_has_begun_takes_its_vocabulary_and_changes_nothing()
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
    public void Without_a_configuration_the_runs_own_applies_or_that_of_the_DAMSM()
    {
        using var workspace = new Workspace();
        workspace.Run(["train", "damsm", .. Workspace.Train()[1..]]).HasExitCode(0);
        string own = File.ReadAllText(workspace.PathOf("run/config.yml"));

        workspace.Run("train", "gan", "--data", "data", "--run", "run", "--threads", "1").HasExitCode(0);
        Assert.Equal(own, File.ReadAllText(workspace.PathOf("run/config.yml")));

        workspace.Run(
            "train", "gan", "--data", "data", "--run", "second", "--damsm", "run/damsm/checkpoints/best.safetensors", "--threads", "1",
            "--set", "name=second").HasExitCode(0);
        Assert.Equal(
            own.Replace("tiny-test", "second", StringComparison.Ordinal), File.ReadAllText(workspace.PathOf("second/config.yml")));
    }

    [Fact]
    public void What_is_passed_over_in_the_data_set_is_said_before_a_training_and_a_dry_run()
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
            Assert.Contains("warning: more-09.png: ", error);
            Assert.DoesNotContain("more-10.png", error);
            Assert.Contains("warning: … and 2 more (see `attngan dataset check ", error);
        }
    }

    [Fact]
    public void A_refused_training_leaves_the_configuration_of_the_run_alone()
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
    public void A_training_that_does_not_begin_leaves_no_configuration()
    {
        using var workspace = new Workspace();

        Assert.Contains("Batch size 1000", workspace.Run(Workspace.Train("--set", "damsm.batch_size=1000")).HasExitCode(1).Error);

        Assert.Empty(Directory.EnumerateFiles(workspace.Root, "config.yml", SearchOption.AllDirectories));
        workspace.Run(["train", "damsm", .. Workspace.Train()[1..]]).HasExitCode(0);
    }

    [Theory]
    [InlineData(AttnganProcess.SigInt, 130)]
    [InlineData(AttnganProcess.SigTerm, 143)]
    public void A_signal_saves_and_the_run_continues(int signal, int exitCode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent as POSIX has them.");
        using var workspace = new Workspace();
        using (var training = AttnganProcess.Start(workspace.Root, Workspace.Train(s_endless)))
        {
            training.WaitUntil("a step is made", () => training.Output.Contains("damsm epoch", StringComparison.Ordinal));
            training.Signal(signal);
            AttnganProcess.Result result = training.WaitForExit().HasExitCode(exitCode);

            Assert.Contains("attngan train --data data --run run --resume", result.Error);
            Assert.Contains($"step {workspace.LastStep("damsm")} is saved", result.Error);
        }

        // The run's own configuration applies, with one change: at least one more whole epoch.
        long epochs = (workspace.LastStep("damsm") / Workspace.StepsPerEpoch) + 2;
        string resumed = workspace.Run(Workspace.Resume("--set", $"damsm.epochs={epochs}")).HasExitCode(0).Output;
        Assert.Equal(epochs * Workspace.StepsPerEpoch, workspace.LastStep("damsm"));
        Assert.Equal(Workspace.StepsPerEpoch, workspace.LastStep("gan"));
        Assert.Contains("The training is complete", resumed);
    }

    [Fact]
    public void A_killed_training_resumes_and_completes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent as POSIX has them.");
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
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_offered()
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
    public void Settings_are_all_checked_before_anything_begins()
    {
        using var workspace = new Workspace();

        string error = workspace.Run(Workspace.Train("--set", "gan.batch_sise=3", "--set", "foo", "--set", "damsm.epochs=-1")).HasExitCode(1).Error;

        Assert.All(["gan.batch_size", "`--set foo`", "damsm.epochs"], part => Assert.Contains(part, error));
        Assert.False(Directory.Exists(workspace.PathOf("run")));
    }

    [Fact]
    public void There_is_nothing_to_resume_in_an_empty_folder()
    {
        using var workspace = new Workspace();

        Assert.Contains("no training to resume", workspace.Run(Workspace.Resume()).HasExitCode(1).Error);
    }

    [Fact]
    public void Two_trainings_do_not_share_a_run()
    {
        using var workspace = new Workspace();
        using var first = AttnganProcess.Start(workspace.Root, Workspace.Train(s_endless));
        first.WaitUntil("a step is made", () => first.Output.Contains("damsm epoch", StringComparison.Ordinal));

        Assert.Contains("in use", workspace.Run(Workspace.Resume()).HasExitCode(1).Error);
    }
}
