namespace Exchange.Cli.Demo.Story;

/// <summary>One thing that somebody did, and what came of it.</summary>
/// <param name="Who">Who did it.</param>
/// <param name="Did">What.</param>
/// <param name="Happened">What came of it.</param>
/// <param name="Entry">The entry of the log that the receipt names; null without a receipt.</param>
/// <param name="AsTold">Whether it went as it should.</param>
internal sealed record StoryLine(string Who, string Did, string Happened, ulong? Entry, bool AsTold);
