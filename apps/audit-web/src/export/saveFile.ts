/** A user ID as a part of the name of a file. */
export const fileNameOf = (userId: string): string => userId.replace(/[^\w.-]+/g, '-');

/** Has the browser save a file. */
export const saveFile = (name: string, mediaType: string, parts: ReadonlyArray<string>): void => {
  const url = URL.createObjectURL(new Blob([...parts], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};
