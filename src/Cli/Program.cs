using System.Text;
using Exchange.Cli;

// Names of people are written in their own letters, wherever the output goes.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await ExchangeCommandLine.RunAsync(args, Console.Out, Console.Error);
