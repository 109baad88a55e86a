using System.Globalization;
using Exchange.Tests.Appender;

// appender <folder> <callers> <entries>
// Opens the log of the folder and appends, from so many callers at once, so many entries, or until it is killed. Each line of its output is a promise:
//   open <size>   ack <index> <leaf hash>   signed <size> <root>   removed <first index>   fault <message>   refused <message>   closed
// Exit codes: 0 done, 1 the log has failed, 3 it could not be opened.
var (folder, callers, entries) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
return await new Appending(new AppenderFolder(folder), Console.Out).RunAsync(callers, entries);
