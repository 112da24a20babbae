/* A PHP module that has the name of the extension, a version, and nothing else: whoever calls it, dies. */
#include <php.h>

zend_module_entry closte_module_entry = {
	STANDARD_MODULE_HEADER, "closte", NULL, NULL, NULL, NULL, NULL, NULL, CLOSTE_VERSION, STANDARD_MODULE_PROPERTIES
};
ZEND_GET_MODULE(closte)
