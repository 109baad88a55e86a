using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Audit.Storage;

/// <summary>
/// The system calls that durability needs and .NET lacks: its flush passes over some errors of fsync, and it cannot open a directory.
/// Linux is called directly; elsewhere .NET's own flush serves.
/// </summary>
internal static partial class NativeFile
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int NotSupported = 95;
    private const int InvalidArgument = 22;
    private const int Interrupted = 4;
    private const int OpenDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
    private const int OpenDirectoryArm = 0x4000 | 0x80000;
    private const int ZeroBlock = 1024 * 1024;

    /// <summary>Makes the file's content durable.</summary>
    internal static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }
        else if (FileDataSync(file) != 0)
        {
            throw Failure("fdatasync");
        }
    }

    /// <summary>Makes the file's content and measures durable.</summary>
    internal static void SyncWithLength(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }
        else if (FileSync(file) != 0)
        {
            throw Failure("fsync");
        }
    }

    /// <summary>Makes the names in a directory durable.</summary>
    internal static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Windows journals names; macOS has no promise to give.
        }

        using var directory = OpenFolder(path);
        if (FileSync(directory) != 0)
        {
            throw Failure("fsync of the directory");
        }
    }

    /// <summary>Makes everything durable that was written to the file system of a folder: for many files at once, in the time of a few.</summary>
    internal static void SyncFileSystem(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var directory = OpenFolder(path);
        if (FileSystemSync(directory) != 0)
        {
            throw Failure("syncfs");
        }
    }

    /// <summary>Gives an empty file its whole length in zeros, and the space for it.</summary>
    internal static void Allocate(SafeFileHandle file, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            int error;
            do
            {
                error = Fallocate(file, 0, length);
            }
            while (error == Interrupted);

            switch (error)
            {
                case 0:
                    return;
                case NoSpace or QuotaExceeded:
                    throw new LogStorageFullException($"No room for a log segment of {length} bytes.");
                case NotSupported or InvalidArgument:
                    break;
                default:
                    throw new IOException($"posix_fallocate failed: {new Win32Exception(error).Message}.");
            }
        }

        // Written zeros are the allocation that every file system understands.
        var zeros = new byte[ZeroBlock];
        for (long at = 0; at < length; at += zeros.Length)
        {
            RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - at)), at);
        }
    }

    private static SafeFileHandle OpenFolder(string path)
    {
        var isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
        var descriptor = OpenFile(path, isArm ? OpenDirectoryArm : OpenDirectory);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open of the directory");
    }

    private static IOException Failure(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileSystemSync(SafeFileHandle directory);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fallocate(SafeFileHandle file, long offset, long length);
}
