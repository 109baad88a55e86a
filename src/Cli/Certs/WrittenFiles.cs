namespace Exchange.Cli.Certs;

/// <summary>Which files a command wrote: paths alone, so that a script can go on with them.</summary>
internal static class WrittenFiles
{
    internal static void Report(Output output, IReadOnlyList<string> files)
    {
        if (output.IsJson)
        {
            output.WriteJson(new { Written = files });
            return;
        }

        foreach (var file in files)
        {
            output.Data.WriteLine(file);
        }
    }
}
