// Calls that one loaded object makes into another, led to us: entries of its global offset table.
//
// Works on what is loaded already, and where LD_PRELOAD is ignored. Only that object is touched:
// the rest of the process, the agent too, goes on calling the original. Tables that the loader has
// made read-only (full RELRO) are made writable for the moment of the change. ELF with RELA
// relocations: x86-64, AArch64 and newer.
#pragma once

namespace agent {

// In the object that holds the byte at `inside`, every entry for `symbol` becomes `replacement`.
// Returns how many there were; -1 if one could not be written. Main thread.
int redirect_calls(const void* inside, const char* symbol, void* replacement);

// A byte of the executable.
const void* executable();

}  // namespace agent
