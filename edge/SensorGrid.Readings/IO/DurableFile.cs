using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SensorGrid.Readings.IO;

/// <summary>The calls that make bytes survive a power cut, straight to libc. The runtime's own flush is not used anywhere: on
/// Linux it returns normally when the kernel's fsync fails, and it never syncs a directory, so a new or renamed file could be
/// acknowledged and then be gone. Every method throws <see cref="IOException"/> with the errno in <see cref="Exception.HResult"/>.
/// A failed sync is final for the file: the kernel may have dropped the pages, and the next call may then report success.</summary>
public static class DurableFile
{
    private const int InterruptedCall = 4;
    private const int InvalidArgument = 22;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int NotSupported = 95;

    // O_RDONLY | O_CLOEXEC. O_DIRECTORY differs between processors and is not needed: opening a directory for reading is allowed.
    private const int OpenReadOnly = 0x80000;

    /// <summary>Puts the file's data, and what is needed to find it, on the disk (fdatasync).</summary>
    public static void Fdatasync(SafeFileHandle file)
    {
        RequireLinux();
        while (Native.fdatasync(file) != 0)
            ThrowUnlessInterrupted("fdatasync");
    }

    /// <summary>Puts the file's data and all its metadata on the disk (fsync).</summary>
    public static void Fsync(SafeFileHandle file)
    {
        RequireLinux();
        while (Native.fsync(file) != 0)
            ThrowUnlessInterrupted("fsync");
    }

    /// <summary>Puts a directory's entries on the disk: needed after a file in it was created, renamed or deleted.</summary>
    public static void FsyncDirectory(string path)
    {
        RequireLinux();
        byte[] utf8 = Encoding.UTF8.GetBytes(path + '\0');
        int descriptor;
        while ((descriptor = Native.open(utf8, OpenReadOnly)) < 0)
            ThrowUnlessInterrupted($"open of directory {path}");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Native.fsync(handle) != 0)
            ThrowUnlessInterrupted($"fsync of directory {path}");
    }

    /// <summary>Makes the file at least <paramref name="length"/> bytes long with the space really taken, so that later writes into it
    /// neither grow it nor meet a full disk. A file system that cannot do this gets the length alone.</summary>
    public static void Preallocate(SafeFileHandle file, long length)
    {
        RequireLinux();
        // posix_fallocate returns the error instead of setting errno.
        int error;
        do
            error = Native.posix_fallocate(file, 0, (nint)length);
        while (error == InterruptedCall);
        if (error is NotSupported or InvalidArgument)
        {
            if (RandomAccess.GetLength(file) < length)
                RandomAccess.SetLength(file, length);
        }
        else if (error != 0)
        {
            throw Failure("posix_fallocate", error);
        }
    }

    /// <summary>Whether a write or an allocation failed because the disk or the quota is full, which passes when somebody makes room.
    /// Not to be asked about a failed sync: that one is final whatever its reason.</summary>
    public static bool IsDiskFull(IOException exception) => exception.HResult is NoSpace or QuotaExceeded;

    private static void ThrowUnlessInterrupted(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != InterruptedCall)
            throw Failure(call, error);
    }

    private static IOException Failure(string call, int error) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})", error);

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("SensorGrid keeps acknowledged readings on Linux only: it needs fdatasync and directory fsync.");
    }

    private static class Native
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int fdatasync(SafeFileHandle file);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int fsync(SafeFileHandle file);

        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int open(byte[] path, int flags);

        // off_t is as wide as a pointer in the function of this name.
        [DllImport("libc")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        internal static extern int posix_fallocate(SafeFileHandle file, nint offset, nint length);
    }
}
